package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.calls.Looks;
import dev.aicortex.gateway.calls.LoopClock;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.calls.ServerCall;
import dev.aicortex.gateway.calls.SilenceWatch;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.rewrite.LoadRequest;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Replies;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Loads of models that the gateway makes itself, one at a time for each model and server: requests
 * share them, and none that leaves breaks one off.
 */
@Singleton
class Loads {
    private static final Logger LOG = Logger.getLogger(Loads.class);

    /** The largest models come from slow disks in less. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Vertx vertx;
    private final Context context;
    private final Looks looks;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final GatewayMetrics metrics;
    private final Watch watch;
    private final Optional<Duration> shieldFrom;
    private final Set<Holding> running = ConcurrentHashMap.newKeySet();

    private volatile BiConsumer<Holding, Outcome> whenOver = (_, _) -> {};

    Loads(
            Vertx vertx,
            CortexConfig config,
            Fleet fleet,
            OllamaConnections connections,
            Looks looks,
            GatewayMetrics metrics,
            Watch watch) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.looks = looks;
        this.fleet = fleet;
        this.connections = connections;
        this.metrics = metrics;
        this.watch = watch;
        this.shieldFrom = Values.orOff(config.load().shieldFrom());
    }

    /**
     * Is told of each load's end: {@code Answered}, {@code Rejected} where only a real request can
     * load the model, or why it failed; there is one listener.
     */
    void whenOver(BiConsumer<Holding, Outcome> listener) {
        whenOver = listener;
    }

    /**
     * Whether a request has to wait until its model is in memory there; then its load is under way.
     */
    boolean shield(Holding holding, Supplier<LoadRequest> request) {
        if (holding.resident() || shieldFrom.isEmpty() || !holding.loadable()) {
            return false;
        }
        if (holding.wholeLoadMillis() < shieldFrom.get().toMillis()) {
            return false;
        }
        start(holding, request);
        return true;
    }

    /** Has the model loaded, unless that is under way. */
    void start(Holding holding, Supplier<LoadRequest> request) {
        if (running.add(holding)) {
            boolean cold = !holding.resident();
            holding.loading();
            LoadRequest made = request.get();
            holding.expect(made.numCtx());
            context.runOnContext(_ -> load(holding, made, cold));
        }
    }

    /**
     * Loads a model.
     *
     * @param cold whether it was not in memory: else the answer's time is that of something else
     */
    private void load(Holding holding, LoadRequest request, boolean cold) {
        LOG.debugf("%s: loading %s", holding.server(), request.model());
        ServerCall call =
                new ServerCall(
                        connections,
                        holding.server().url(),
                        HttpMethod.POST,
                        request.path(),
                        request.body());
        Patience patience = new Patience(call, looks, holding.server());
        LoopClock.here().add(patience, vertx);
        call.reply(LONGEST)
                .map(reply ->
                        judged(
                                holding,
                                request,
                                reply,
                                cold ? patience.silentNanos(System.nanoTime()) : 0))
                .otherwise(failure -> Outcome.Broken.because(patience.reason(failure)))
                .onComplete(_ -> LoopClock.here().remove(patience))
                .onSuccess(outcome -> orAsEmbedding(holding, request, cold, outcome));
    }

    /** Waits for a load as long as its server lives. */
    private static final class Patience implements SilenceWatch.Watched, LoopClock.Timed {
        private final long startedNanos = System.nanoTime();
        private final ServerCall call;
        private final SilenceWatch silence;
        private String dead = "";

        Patience(ServerCall call, Looks looks, Server server) {
            this.call = call;
            this.silence = new SilenceWatch(looks, server, this);
        }

        String reason(Throwable failure) {
            silence.stop();
            return dead.isEmpty() ? FailureText.of(failure) : dead;
        }

        @Override
        public void tick(long now) {
            silence.tick(now);
        }

        @Override
        public long silentNanos(long now) {
            return now - startedNanos;
        }

        @Override
        public long leftNanos(long now) {
            return LONGEST.toNanos() - silentNanos(now);
        }

        /** Giving it up by mistake would cost the whole load. */
        @Override
        public boolean replaceable() {
            return false;
        }

        @Override
        public void late() {
            dead("it did not load the model within " + LONGEST.toMinutes() + " minutes");
        }

        @Override
        public void dead(String reason) {
            dead = reason;
            call.cancel();
        }
    }

    /** Models that only embed are not loaded by a request for words. */
    private void orAsEmbedding(
            Holding holding, LoadRequest request, boolean cold, Outcome outcome) {
        if (outcome instanceof Outcome.Rejected && !request.embeds()) {
            load(holding, request.forEmbedding(), cold);
        } else {
            over(holding, request, outcome);
        }
    }

    private static Outcome judged(
            Holding holding, LoadRequest request, Reply reply, long tookNanos) {
        if (reply.status() / 100 == 2) {
            holding.loadedWith(request.numCtx());
            long told = Usage.in(reply.body()).loadNanos(); // Ollama tells it with words alone
            holding.loaded(told > 0 ? told : tookNanos);
            return new Outcome.Answered();
        }
        return switch (Replies.judge(reply)) {
            case Outcome.Rejected rejected -> rejected;
            case Outcome.Lost lost when lost.equals(Outcome.Lost.ROUTE) ->
                    new Outcome.Rejected(reply);
            case Outcome.Lost lost -> lost;
            case Outcome.Full full -> full;
            case Outcome.Answered _,
                    Outcome.Refused _,
                    Outcome.Broken _,
                    Outcome.Unsent _,
                    Outcome.Outrun _,
                    Outcome.ClientGone _ ->
                    Outcome.Broken.because(
                            "it did not load the model: " + ReplyReader.problem(reply));
        };
    }

    private void over(Holding holding, LoadRequest request, Outcome outcome) {
        metrics.load(holding.server(), outcome);
        if (outcome instanceof Outcome.Rejected) {
            rejected(holding, request);
        } else if (!request.keptWarm()) { // nobody waits for what is only to be kept warm
            holding.server().attempt(() -> Future.succeededFuture(outcome));
        }
        if (!(outcome instanceof Outcome.Answered)) {
            String reason = Failures.reason(outcome);
            holding.failed();
            LOG.warnf("%s did not load a model: %s", holding.server(), reason);
            if (!(outcome instanceof Outcome.Rejected)) {
                watch.failed(holding.server(), reason);
            }
        }
        fleet.recheck(holding.server());
        running.remove(holding);
        whenOver.accept(holding, outcome);
    }

    /** It may be that only the options are wrong: the real request will tell. */
    private static void rejected(Holding holding, LoadRequest request) {
        if (request.options() == null) {
            holding.notLoadable();
        }
    }
}
