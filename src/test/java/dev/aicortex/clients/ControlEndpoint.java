package dev.aicortex.clients;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.aicortex.simulator.ReceivedRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The fleet for clients in other processes: {@code POST /begin} with a fault's name begins a check,
 * {@code GET /received} gives the requests that reached the servers in it, {@code GET /cancelled}
 * answers when a server has seen its client leave.
 */
final class ControlEndpoint implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final ClientFleet fleet;

    ControlEndpoint(ClientFleet fleet) throws IOException {
        this.fleet = fleet;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/begin", this::begin);
        server.createContext("/received", x -> answer(x, received()));
        server.createContext("/cancelled", this::cancelled);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void begin(HttpExchange x) throws IOException {
        fleet.begin(new String(x.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        answer(x, "");
    }

    private void cancelled(HttpExchange x) throws IOException {
        fleet.awaitCancelled();
        answer(x, "");
    }

    private String received() {
        JsonArray all = new JsonArray();
        fleet.received().forEach(request -> all.add(json(request)));
        return all.encode();
    }

    private static JsonObject json(ReceivedRequest request) {
        return new JsonObject().put("path", request.uri()).put("body", request.text());
    }

    private static void answer(HttpExchange x, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        x.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = x.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
