package dev.aicortex.testing;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a Service of Kubernetes is to its clients: each connection leads to one of the pods in turn,
 * and stays there. Which pods are ready, and which are to go, is known here a while later.
 */
public final class ClusterService implements AutoCloseable {
    private static final Duration PROBE = Duration.ofMillis(500);

    private final ServerSocket door = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final Map<URI, Boolean> terminating = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Duration lag;
    private volatile List<URI> endpoints = List.of();

    /**
     * @param lag how long news of the pods are on their way
     */
    public ClusterService(Duration lag) throws IOException {
        this.lag = lag;
        clock.scheduleWithFixedDelay(this::probe, 0, PROBE.toMillis(), TimeUnit.MILLISECONDS);
        Thread.ofVirtual().start(this::accept);
    }

    /** Where clients reach it. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort());
    }

    /** One more pod, which gets connections once it is ready. */
    public void add(URI pod) {
        terminating.put(pod, false);
    }

    /** The pod was deleted; it is told after so long, as {@code preStop} has it. */
    public void delete(URI pod, Duration preStop, Runnable sigterm) {
        terminating.put(pod, true);
        clock.schedule(sigterm, preStop.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Those that get connections. */
    public List<URI> endpoints() {
        return endpoints;
    }

    private void probe() {
        List<URI> ready =
                terminating.entrySet().stream()
                        .filter(pod -> !pod.getValue() && isReady(pod.getKey()))
                        .map(Map.Entry::getKey)
                        .toList();
        clock.schedule(() -> endpoints = ready, lag.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean isReady(URI pod) {
        return RestAssured.get(pod + "/q/health/ready").statusCode() == 200;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket client) {
        List<URI> now = endpoints;
        URI pod = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), pod.getPort())) {
            Thread there = Thread.ofVirtual().start(() -> copy(client, server));
            copy(server, client);
            there.join();
        } catch (IOException | InterruptedException _) {
            // its client sees the connection end
        }
    }

    /** Until one side ends, which the other is told. */
    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException _) {
            // either has left
        }
    }

    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        door.close();
    }
}
