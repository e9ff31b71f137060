package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers that carry nothing: the system ends them with the server's process, so
 * that it shows at once when one is killed, for no more than a socket each.
 */
@ApplicationScoped
public class HeldConnections {
    /** A server or a proxy that ends them itself is not asked for the next one all the time. */
    private static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    private final NetClient client;
    private final Map<ServerUrl, Held> all = new ConcurrentHashMap<>();

    HeldConnections(Vertx vertx, CortexConfig config) {
        this.client =
                vertx.createNetClient(
                        new NetClientOptions()
                                .setConnectTimeout((int) config.connectTimeout().toMillis())
                                .setTcpKeepAlive(true));
    }

    /** One of them. */
    private static final class Held {
        private final long sinceNanos = System.nanoTime();
        private @Nullable NetSocket socket;
        private boolean over;

        /** Whether it is wanted: it may have been let go of while it was opened. */
        synchronized boolean opened(NetSocket connection) {
            socket = connection;
            return !over;
        }

        /** Whether it was not before. */
        synchronized boolean ends() {
            boolean first = !over;
            over = true;
            return first;
        }

        synchronized boolean again() {
            return over && System.nanoTime() - sinceNanos > AGAIN_NANOS;
        }

        synchronized void letGo() {
            over = true;
            if (socket != null) {
                var _ = socket.close();
            }
        }
    }

    /**
     * Holds one to each of these servers from now on, and to no other.
     *
     * @param ended is told, on any thread, of each server that ends its own or does not take one
     */
    public void hold(Collection<ServerUrl> servers, Consumer<ServerUrl> ended) {
        all.forEach((server, held) -> {
            if (!servers.contains(server) && all.remove(server, held)) {
                held.letGo();
            }
        });
        for (ServerUrl server : servers) {
            Held held = all.get(server);
            if (held == null || held.again()) {
                open(server, ended);
            }
        }
    }

    private void open(ServerUrl server, Consumer<ServerUrl> ended) {
        Held held = new Held();
        all.put(server, held);
        Runnable over =
                () -> {
                    if (held.ends()) {
                        ended.accept(server);
                    }
                };
        client.connect(server.port(), server.host())
                .onFailure(_ -> over.run()) // the probe that follows says why
                .onSuccess(socket -> {
                    socket.exceptionHandler(_ -> {}); // a reset, and its end is told below
                    socket.closeHandler(_ -> over.run());
                    if (!held.opened(socket)) {
                        var _ = socket.close();
                    }
                });
    }

    @PreDestroy
    void close() {
        var _ = client.close();
    }
}
