package dev.aicortex.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A server on an ephemeral loopback port that gives the answers it was told to. */
final class GatewayStandIn implements AutoCloseable {
    static final String CHAT = "/v1/chat/completions";
    static final String DONE = "data: [DONE]\n\n";

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Received> received = new ConcurrentHashMap<>();

    GatewayStandIn() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(threads);
        http.start();
    }

    /** A request; its target is the path and the query as they were sent. */
    record Received(String target, String body, String authorization) {}

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Runs a command of the real command line against this server. */
    Run run(String command, String... arguments) {
        return Run.of(AicortexCommand.commandLine(), arguments(command, arguments));
    }

    String[] arguments(String command, String... others) {
        return Stream.concat(Stream.of(command, "--url", url()), Stream.of(others))
                .toArray(String[]::new);
    }

    /** The last request at {@code path}, which is as long as the one that was given an answer. */
    Received received(String path) {
        return received.get(path);
    }

    GatewayStandIn answers(String path, int status, String body) {
        return on(path, exchange -> send(exchange, status, body));
    }

    /** A stream that ends as an HTTP answer should, whatever it says. */
    GatewayStandIn streams(String... parts) {
        return streams(exchange -> {
            for (String part : parts) {
                write(exchange, part);
            }
            exchange.getResponseBody().close();
        });
    }

    GatewayStandIn streams(HttpHandler body) {
        return streams(body, 0);
    }

    /** A stream whose connection ends in the middle. */
    GatewayStandIn breaksOff(String part) {
        return streams(exchange -> write(exchange, part), 1 << 20);
    }

    /** Of {@code length} bytes, or of any length when it is 0. */
    private GatewayStandIn streams(HttpHandler body, long length) {
        return on(
                CHAT,
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.getResponseHeaders().set("X-Cortex-Server", "http://gpu-a:11434");
                    exchange.sendResponseHeaders(200, length);
                    body.handle(exchange);
                });
    }

    /** One event of a chat's stream. */
    static String piece(String text) {
        ObjectNode chunk = Json.object();
        chunk.putArray("choices").addObject().putObject("delta").put("content", text);
        return "data: " + Json.line(chunk) + "\n\n";
    }

    static void write(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private GatewayStandIn on(String path, HttpHandler handler) {
        http.createContext(
                path,
                exchange -> {
                    received.put(path, read(exchange));
                    try (exchange) {
                        handler.handle(exchange);
                    }
                });
        return this;
    }

    private static Received read(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return new Received(exchange.getRequestURI().toString(), body, authorization);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
