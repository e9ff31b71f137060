package dev.aicortex.simulator.exchange;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket and the open connections. A verticle, so that each server has an event loop
 * of its own and all that happens to its connections happens there.
 */
public final class Listener extends AbstractVerticle {
    private static final int LONGEST_HEAD = 1 << 20;

    private final Handler<HttpServerRequest> requests;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile int port;
    private volatile boolean open;
    private @Nullable HttpServer server;

    public Listener(int port, Handler<HttpServerRequest> requests) {
        this.port = port;
        this.requests = requests;
    }

    @Override
    public void start(Promise<Void> started) {
        listen().onComplete(started);
    }

    @Override
    public void stop(Promise<Void> stopped) {
        leave().onComplete(stopped);
    }

    public Future<Void> opened() {
        return onLoop(this::listen);
    }

    public Future<Void> shut() {
        return onLoop(this::leave);
    }

    public Future<Void> run(Runnable work) {
        return onLoop(() -> {
            work.run();
            return Future.succeededFuture();
        });
    }

    public int port() {
        return port;
    }

    public boolean open() {
        return open;
    }

    public int connections() {
        return connections.size();
    }

    private Future<Void> listen() {
        if (open) {
            return Future.succeededFuture();
        }
        open = true;
        HttpServer fresh =
                vertx.createHttpServer(options())
                        .connectionHandler(this::connected)
                        .requestHandler(requests);
        server = fresh;
        return fresh.listen()
                .onSuccess(s -> port = s.actualPort())
                .onFailure(e -> open = false)
                .mapEmpty();
    }

    private Future<Void> leave() {
        HttpServer leaving = server;
        server = null;
        open = false;
        connections.forEach(Wire::reset);
        return leaving == null ? Future.succeededFuture() : leaving.close();
    }

    private void connected(HttpConnection connection) {
        if (open) {
            connections.add(connection);
            connection.closeHandler(v -> connections.remove(connection));
        } else {
            Wire.reset(connection);
        }
    }

    private HttpServerOptions options() {
        return new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setAcceptBacklog(1024)
                .setMaxHeaderSize(LONGEST_HEAD)
                .setMaxInitialLineLength(LONGEST_HEAD)
                .setHandle100ContinueAutomatically(true)
                // Ollama does not know HTTP/2 without TLS and ignores a client's wish to upgrade.
                .setHttp2ClearTextEnabled(false);
    }

    private Future<Void> onLoop(Supplier<Future<Void>> work) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(v -> work.get().onComplete(done));
        return done.future();
    }
}
