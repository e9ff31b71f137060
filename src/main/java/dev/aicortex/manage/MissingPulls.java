package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.Lines;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.dispatch.MissingModels;
import dev.aicortex.keys.Grant;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Placement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Pulls models that requests ask for and no server holds, where the configuration allows it: one
 * pull a model for all that may use the server to which it goes, which no client that leaves ends.
 */
@Singleton
class MissingPulls implements MissingModels {
    private static final Logger LOG = Logger.getLogger(MissingPulls.class);

    /** A name that failed is not asked for again for so long. */
    private static final Duration AGAIN = Duration.ofMinutes(2);

    /** Pulls at once, and names that failed: both are made up by clients. */
    private static final int MOST = 4;

    private static final int MOST_FAILED = 1_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/@-]{1,200}");
    private static final Pattern UNKNOWN = Pattern.compile("(?i).*(does not exist|not found).*");

    private final OllamaConnections connections;
    private final FleetView fleet;
    private final Duration patience;
    private final Registries registries;
    private final Grant allowed;
    private final Clock clock = Clock.systemUTC();
    private final Map<Place, Arrival> running = new ConcurrentHashMap<>();
    private final Map<ModelName, Failed> failed = new ConcurrentHashMap<>();

    /** Where a model is on its way to. */
    private record Place(ModelName model, Server server) {}

    /** Why a pull failed, and until when no other one is tried. */
    private record Failed(String reason, Instant until) {}

    MissingPulls(OllamaConnections connections, CortexConfig config, FleetView fleet) {
        this.connections = connections;
        this.fleet = fleet;
        this.patience = config.manageTimeout();
        this.registries = Registries.of(config.pull());
        this.allowed = Grant.ofModels(config.pull().missingModels().orElse(List.of()));
    }

    @Override
    public Optional<Arrival> bring(
            ModelName model, String spelling, Supplier<List<ServerState>> servers) {
        boolean may =
                NAME.matcher(spelling).matches()
                        && allowed.admits(model)
                        && registries.admits(spelling);
        if (!may) {
            return Optional.empty();
        }
        List<ServerState> admitted = servers.get();
        Optional<Arrival> known = running(model, admitted);
        if (known.isPresent()) {
            return known;
        }
        Failed before = failed.get(model);
        if (before != null && clock.instant().isBefore(before.until)) {
            throw error(spelling, before);
        }
        return arrival(model, spelling, admitted);
    }

    private Optional<Arrival> running(ModelName model, List<ServerState> admitted) {
        return admitted.stream()
                .flatMap(state -> Stream.ofNullable(running.get(new Place(model, state.server()))))
                .findFirst();
    }

    /** Of two requests at once the second one joins the first one's pull. */
    private synchronized Optional<Arrival> arrival(
            ModelName model, String spelling, List<ServerState> admitted) {
        return running(model, admitted)
                .or(() ->
                        Placement.roomiest(admitted)
                                .map(state -> begun(model, spelling, state.server())));
    }

    private Arrival begun(ModelName model, String spelling, Server server) {
        if (running.size() >= MOST) {
            throw ServerException.unavailable(
                    "model '%s' is on no server, and %d others are being pulled; ask again later"
                            .formatted(spelling, MOST),
                    (int) AGAIN.toSeconds());
        }
        LOG.infof("%s pulls %s: a request needs it", server, spelling);
        Pulled pull = new Pulled(server, spelling);
        Future<Void> done =
                pull.run(patience)
                        .compose(_ -> fleet.renew(List.of(server)))
                        .recover(failure -> Future.failedFuture(failed(model, spelling, failure)));
        Arrival arrival = new Arrival(server, done, pull::percent);
        Place place = new Place(model, server);
        running.put(place, arrival);
        done.onComplete(_ -> running.remove(place)); // it may be over already
        return arrival;
    }

    private CortexException failed(ModelName model, String spelling, Throwable failure) {
        LOG.warnf("%s was not pulled: %s", spelling, failure.getMessage());
        Failed now = new Failed(String.valueOf(failure.getMessage()), clock.instant().plus(AGAIN));
        if (failed.size() >= MOST_FAILED) {
            failed.values().removeIf(each -> !clock.instant().isBefore(each.until));
        }
        if (failed.size() < MOST_FAILED) {
            failed.put(model, now);
        }
        return error(spelling, now);
    }

    /** A name that no registry knows is no fault of a server's. */
    private CortexException error(String spelling, Failed pull) {
        if (UNKNOWN.matcher(pull.reason).matches()) {
            return ModelNotFoundException.inWords(
                    "model '%s' not found; it was to be pulled: %s"
                            .formatted(spelling, pull.reason));
        }
        long left = Duration.between(clock.instant(), pull.until).toSeconds();
        return ServerException.unavailable(
                "model '%s' is on no server, and could not be pulled: %s"
                        .formatted(spelling, pull.reason),
                (int) left);
    }

    /** The pull on one server; confined to its event loop but for the percentage. */
    private final class Pulled extends Progress {
        private final Server server;
        private final PullMerge merge = new PullMerge(1);
        private final Lines lines = new Lines();
        private final Promise<Void> over = Promise.promise();
        private volatile int percent;

        Pulled(Server server, String model) {
            super(
                    connections,
                    server,
                    "/api/pull",
                    new JsonObject().put("model", model).put("stream", true).toBuffer());
            this.server = server;
        }

        Future<Void> run(Duration patience) {
            start(patience);
            return over.future();
        }

        int percent() {
            return percent;
        }

        @Override
        boolean alwaysLines() {
            return true;
        }

        @Override
        public @Nullable String objection() {
            return lines.heldLength() > Pull.LONGEST_LINE
                    ? "a line of its answer has no end"
                    : null;
        }

        @Override
        public void write(Buffer some) {
            read(lines.accept(some));
            mayBeSilent(merge.atWork(0) ? LONGEST_WORK : patience);
        }

        @Override
        public Future<Void> end(Buffer last) {
            write(last);
            read(lines.rest());
            return Future.succeededFuture();
        }

        private void read(List<Buffer> some) {
            List<JsonObject> _ = merge.read(0, some);
            percent = merge.percent();
        }

        @Override
        void replied(Reply reply) {
            ended(ReplyReader.problem(reply));
        }

        @Override
        void over(Ending how) {
            ended(Pull.reason(how));
        }

        private void ended(String reason) {
            List<JsonObject> _ = merge.ended(0, reason);
            String problem = merge.failures().get(0);
            if (problem == null) {
                over.complete();
            } else {
                over.fail("%s: %s".formatted(server, problem));
            }
        }
    }
}
