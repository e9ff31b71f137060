package dev.aicortex.gateway.calls;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Looks whether servers live that are silent: one look at a time, for all who wait for it. */
@Singleton
public class Looks {
    private static final Logger LOG = Logger.getLogger(Looks.class);

    /** What a proxy answers when its server does not; any other answer is a sign of life. */
    private static final Set<Integer> NOBODY_BEHIND = Set.of(502, 503, 504);

    private final Vertx vertx;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final Duration after;
    private final Duration patience;
    private final Map<Server, Future<Boolean>> running = new ConcurrentHashMap<>();

    Looks(Vertx vertx, Fleet fleet, OllamaConnections connections, CortexConfig config) {
        this.vertx = vertx;
        this.fleet = fleet;
        this.connections = connections;
        this.after = config.lookAfter();
        this.patience = config.health().timeout();
    }

    /** After how much silence a server is looked at, and how often from then on. */
    Duration after() {
        return after;
    }

    /** Whether the server lives, on the event loop of whoever asks; never fails. */
    Future<Boolean> at(Server server) {
        Future<Boolean> look = running.computeIfAbsent(server, this::look);
        look.onComplete(_ -> running.remove(server, look));
        return OwnLoop.here(vertx, look);
    }

    private Future<Boolean> look(Server server) {
        return new ServerCall(
                        connections, server.url(), HttpMethod.GET, "/api/version", Buffer.buffer())
                .head(patience)
                .map(answer ->
                        !NOBODY_BEHIND.contains(answer.statusCode())
                                || missed(server, "it answered " + answer.statusCode()))
                .otherwise(failure -> missed(server, FailureText.of(failure)));
    }

    private boolean missed(Server server, String reason) {
        LOG.debugf("%s does not answer a look: %s", server, reason);
        fleet.recheck(server);
        return false;
    }
}
