package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Rest.Stage;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.ollama.MachinePower;
import dev.aicortex.ollama.RunningModel;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Puts the machines to sleep that nobody needs. A look takes a server out of service, the next one
 * finds whether a request got in between, and only then its machine is told.
 */
@Singleton
class SleepJob {
    private static final Logger LOG = Logger.getLogger(SleepJob.class);

    /** One that still answers so long after it was told to sleep is used again. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final Queue queue;
    private final LiveConfig config;
    private final Map<Server, Idle> idle = new ConcurrentHashMap<>();

    /**
     * What the last look saw of a server.
     *
     * @param since nobody has needed it, in milliseconds
     * @param given names its last request
     * @param running in its memory: others may use it too
     */
    private record Idle(long since, Object given, List<RunningModel> running) {}

    SleepJob(Fleet fleet, Queue queue, LiveConfig config) {
        this.fleet = fleet;
        this.queue = queue;
        this.config = config;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void look() {
        FleetSnapshot snapshot = fleet.snapshot();
        idle.keySet().removeIf(server -> snapshot.state(server).isEmpty());
        snapshot.states().forEach(this::look);
    }

    private void look(ServerState state) {
        Server server = state.server();
        Optional<Duration> after = server.power().sleepAfter();
        if (!state.up()) {
            idle.remove(server);
        } else if (server.rest().stage() == Stage.TOLD) {
            told(state);
        } else if (after.isPresent()) {
            look(state, after.get());
        } else { // no longer set to sleep
            idle.remove(server);
            start(server);
        }
    }

    private void look(ServerState state, Duration after) {
        Server server = state.server();
        long now = server.nowMillis();
        Idle before = idle.get(server);
        Idle seen = before != null && !used(state, before) ? before : seen(state, now);
        boolean used = !seen.equals(before);
        idle.put(server, seen);
        if (server.rest().stage() == Stage.AWAKE) {
            if (!used && !server.draining() && now - seen.since >= after.toMillis()) {
                boolean _ = server.rest().go(Stage.AWAKE, Stage.RETIRING);
            }
        } else if (used) {
            start(server);
        } else if (server.rest().go(Stage.RETIRING, Stage.TOLD)) {
            idle.put(server, seen(state, now));
            tell(server);
        }
    }

    /** Whatever happens there meanwhile, and also when it is no longer set to sleep. */
    private void told(ServerState state) {
        Server server = state.server();
        long now = server.nowMillis();
        Idle told = idle.computeIfAbsent(server, _ -> seen(state, now));
        if (now - told.since >= LONGEST.toMillis()) {
            again(server, "it still answers after %d s".formatted(LONGEST.toSeconds()));
        } else {
            Future<Void> _ = fleet.probeNow(server);
        }
    }

    private boolean used(ServerState state, Idle before) {
        Server server = state.server();
        return server.inFlight() > 0
                || !server.lastGiven().equals(before.given)
                || server.rest().usedMillis() >= before.since
                || server.loads()
                || !state.running().equals(before.running)
                || state.models().keySet().stream().anyMatch(model -> !queue.idle(model));
    }

    private static Idle seen(ServerState state, long now) {
        return new Idle(now, state.server().lastGiven(), state.running());
    }

    private void tell(Server server) {
        LOG.infof(
                "server %s is put to sleep: no request for %d s",
                server, server.power().sleepAfter().orElse(Duration.ZERO).toSeconds());
        server.power()
                .sleep()
                .ifPresent(how ->
                        MachinePower.run(how, config.current().wake().timeout())
                                .onFailure(failure ->
                                        again(server, String.valueOf(failure.getMessage()))));
    }

    private void again(Server server, String problem) {
        if (server.rest().go(Stage.TOLD, Stage.AWAKE)) {
            LOG.warnf("server %s does not sleep: %s", server, problem);
            idle.remove(server);
        }
    }

    private static void start(Server server) {
        boolean _ = server.rest().go(Stage.RETIRING, Stage.AWAKE);
    }
}
