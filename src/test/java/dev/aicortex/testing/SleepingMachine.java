package dev.aicortex.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A machine with a simulated server that listens only while it is on, and a switch for it that
 * takes POSTs to {@code /on} and {@code /off}.
 */
public final class SleepingMachine implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final HttpServer control;
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicInteger sleeps = new AtomicInteger();
    private volatile CompletableFuture<Void> boots = CompletableFuture.completedFuture(null);
    private volatile boolean broken;
    private volatile boolean refusing;
    private @Nullable SimulatedServer server;

    public SleepingMachine(int port, int switchPort) throws IOException {
        this.port = port;
        this.control = HttpServer.create(new InetSocketAddress("127.0.0.1", switchPort), 0);
        control.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        control.createContext("/on", exchange -> answer(exchange, wakes, this::start));
        control.createContext("/off", exchange -> answer(exchange, sleeps, this::stop));
        control.start();
    }

    /** One that is free now. */
    public static int port() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, AtomicInteger count, Runnable then)
            throws IOException {
        count.incrementAndGet();
        exchange.sendResponseHeaders(refusing ? 403 : 204, -1);
        exchange.close();
        if (!refusing) {
            then.run();
        }
    }

    /** It takes until then to start when it is switched on. */
    public void boots(CompletableFuture<Void> when) {
        boots = when;
    }

    /** Its switch does nothing. */
    public void broken(boolean now) {
        broken = now;
    }

    /** Its switch answers 403. */
    public void refuses() {
        refusing = true;
    }

    private void start() {
        if (!broken) {
            boots.thenRun(this::run);
        }
    }

    /** It is on. */
    public synchronized void run() {
        if (server == null) {
            server =
                    SimulatedServer.start(
                            vertx,
                            Settings.defaults()
                                    .withPort(port)
                                    .withModels(List.of(SimulatedModel.qwen3()))
                                    .withTokensPerAnswer(6)
                                    .withParallel(100)
                                    .withLoadTime(Duration.ZERO));
        }
    }

    /** It is off. */
    public synchronized void stop() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    public int wakes() {
        return wakes.get();
    }

    public int sleeps() {
        return sleeps.get();
    }

    @Override
    public void close() {
        control.stop(0);
        stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
