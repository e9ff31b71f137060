package dev.aicortex.fleet;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Power.Switch;
import dev.aicortex.ollama.MachinePower;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/** Wakes the machines of servers: one wake of a server serves all requests that need it. */
@Singleton
public class Wakes {
    private static final Logger LOG = Logger.getLogger(Wakes.class);

    /** One that did not come is left alone for so long. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** So long after a probe that failed the next one begins. */
    private static final long LOOK_MILLIS = 250;

    /** A packet may get lost, or come while the machine is still falling asleep. */
    private static final long PACKET_MILLIS = 5_000;

    /** A URL may fail once, and a command may come while the machine is still falling asleep. */
    private static final long SWITCH_MILLIS = 10_000;

    private final Fleet fleet;
    private final LiveConfig config;
    private final Vertx vertx;
    private final Map<Server, Future<Void>> running = new ConcurrentHashMap<>();

    Wakes(Vertx vertx, Fleet fleet, LiveConfig config) {
        this.vertx = vertx;
        this.fleet = fleet;
        this.config = config;
    }

    /** The first of these servers that can be woken now, or is being woken. */
    public Optional<Server> sleeper(Collection<ServerState> servers) {
        return servers.stream().filter(this::wakes).map(ServerState::server).findFirst();
    }

    /**
     * The first of them that can be woken and of which nothing is known: neither this process nor
     * the catalogue has ever seen what it holds.
     */
    public Optional<Server> stranger(Collection<ServerState> servers, Predicate<Server> allowed) {
        return servers.stream()
                .filter(state -> state.models().isEmpty() && state.version().isEmpty())
                .filter(this::wakes)
                .map(ServerState::server)
                .filter(allowed)
                .findFirst();
    }

    /** Whether it is being woken. */
    public boolean waking(Server server) {
        return running.containsKey(server);
    }

    private boolean wakes(ServerState state) {
        Server server = state.server();
        if (server.power().wake().isEmpty() || server.draining()) {
            return false;
        }
        return state.up()
                ? !server.rest().awake()
                : running.containsKey(server)
                        || (!(state.health() instanceof Health.Unknown)
                                && server.rest().notBefore(server.nowMillis()).isZero());
    }

    /**
     * Has a server that is asleep, or about to be, serve again.
     *
     * @return done when it does, or does not come in time: its state tells; never fails
     */
    public Future<Void> wake(Server server) {
        if (server.rest().go(Rest.Stage.RETIRING, Rest.Stage.AWAKE)) {
            return Future.succeededFuture();
        }
        return running.computeIfAbsent(server, each -> new Wake(each).begun());
    }

    /** One wake; confined to its context. */
    private final class Wake {
        private final Server server;
        private final Duration timeout = config.current().wake().timeout();
        private final Context context = ((VertxInternal) vertx).createEventLoopContext();
        private final Promise<Void> over = Promise.promise();
        private final long startedMillis;
        private boolean switching;
        private long nextMillis;

        /** What went wrong when it was switched on last; empty when nothing did. */
        private String failure = "";

        private boolean ended;

        Wake(Server server) {
            this.server = server;
            this.startedMillis = server.nowMillis();
        }

        Future<Void> begun() {
            LOG.infof("server %s is woken: a request needs it", server);
            context.runOnContext(_ -> step());
            return over.future();
        }

        private void step() {
            long left = startedMillis + timeout.toMillis() - server.nowMillis();
            if (ended || endsAwake() || endsUnwanted()) {
                return;
            }
            if (left <= 0) {
                end(late());
                return;
            }
            if (!up()) { // one that has been told to sleep may still answer
                server.power().wake().ifPresent(how -> turnOn(how, Duration.ofMillis(left)));
            }
            fleet.probeNow(server).onComplete(_ -> context.runOnContext(_ -> probed()));
        }

        private void probed() {
            if (!ended && !endsAwake() && !endsUnwanted()) {
                vertx.setTimer(LOOK_MILLIS, _ -> step());
            }
        }

        private String late() {
            return failure.isEmpty()
                    ? "it was woken and did not answer within %d s".formatted(timeout.toSeconds())
                    : "it could not be woken within %d s: %s"
                            .formatted(timeout.toSeconds(), failure);
        }

        /** A newer configuration does not have it, or nothing that wakes it. */
        private boolean endsUnwanted() {
            boolean unwanted =
                    fleet.snapshot().state(server).isEmpty() || server.power().wake().isEmpty();
            if (unwanted) {
                end("the configuration has nothing any more that wakes it");
            }
            return unwanted;
        }

        private boolean endsAwake() {
            boolean awake = up() && server.rest().awake();
            if (awake) {
                end("");
            }
            return awake;
        }

        private boolean up() {
            return fleet.snapshot().state(server).filter(ServerState::up).isPresent();
        }

        /** Once at a time, and again and again: each try may get lost. */
        private void turnOn(Switch how, Duration left) {
            if (!switching && server.nowMillis() >= nextMillis) {
                switching = true;
                MachinePower.run(how, left)
                        .onComplete(done -> context.runOnContext(_ -> turnedOn(how, done)));
            }
        }

        private void turnedOn(Switch how, AsyncResult<Void> done) {
            switching = false;
            nextMillis =
                    server.nowMillis()
                            + (how instanceof Switch.Packet ? PACKET_MILLIS : SWITCH_MILLIS);
            String problem = done.succeeded() ? "" : String.valueOf(done.cause().getMessage());
            if (!ended && !problem.isEmpty() && !problem.equals(failure)) { // once, not each time
                LOG.warnf("server %s cannot be woken as yet: %s", server, problem);
            }
            failure = problem;
        }

        private void end(String problem) {
            if (ended) {
                return;
            }
            ended = true;
            long now = server.nowMillis();
            server.rest().woken(problem.isEmpty() ? 0 : now + AGAIN.toMillis(), problem);
            if (problem.isEmpty()) {
                LOG.infof("server %s is awake after %d ms", server, now - startedMillis);
            } else {
                LOG.warnf("server %s: %s", server, problem);
                if (!up()) {
                    fleet.notWoken(server);
                }
            }
            running.remove(server);
            over.complete();
        }
    }
}
