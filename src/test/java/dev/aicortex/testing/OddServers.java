package dev.aicortex.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Servers that answer as Ollama would not, or that ask who comes. Each is named by the key {@code
 * odd.NAME}, and tells at {@code /seen} which credentials it was shown.
 */
public class OddServers implements QuarkusTestResourceLifecycleManager {
    /** An entry with fields that nobody here knows. */
    public static final String ENTRY =
            """
            {"name":"odd:1b","model":"odd:1b","modified_at":"2026-11-01T10:00:00Z","size":1e3,\
            "digest":"aa", "details":{"family":"odd","context_length":131072,"families":null},\
            "capabilities":["completion","tools"],"to_come":{"a":[1.50,{}],"b":"\\u00e9\\"}"}}\
            """;

    private static final String TAGS = "/api/tags";
    private static final String PS = "/api/ps";
    private static final String VERSION = "/api/version";
    private static final String SHOW = "/api/show";
    private static final long LONG = 200L << 20;
    private static final Buffer FILLER = Buffer.buffer("x".repeat(64 * 1024));

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, String> keys = new HashMap<>();
    private final StringJoiner servers = new StringJoiner(",");
    private @Nullable Path folder;

    @Override
    public Map<String, String> start() {
        Map<String, Consumer<HttpServerRequest>> none = Map.of();
        server(
                "kept",
                Map.of(
                        TAGS,
                        text("{\"models\":[null," + ENTRY + "]}"),
                        PS,
                        text("{\"models\":[" + ENTRY + "]}")));
        server("usual", none);
        server("chunked", Map.of(TAGS, endless("{\"models\":[{\"name\":\"", false)));
        server("length", Map.of(TAGS, endless("{\"models\":[{\"name\":\"", true)));
        server("multipart", Map.of(TAGS, multipart()));
        server("running", Map.of(PS, endless("{\"models\":[{\"name\":\"", false)));
        server("version", Map.of(VERSION, endless("{\"version\":\"", false)));
        server("shown", Map.of(SHOW, endless("{\"license\":\"", false)));
        server("name", Map.of(TAGS, text(models("{\"name\":\"" + "n".repeat(3 << 20) + "\"}", 1))));
        server("many", Map.of(TAGS, text(models("{}", 1_200_000))));
        server(
                "nested",
                Map.of(TAGS, text("{\"models\":null,\"x\":[" + "{},".repeat(1_200_000) + "{}]}")));
        server("error", Map.of(TAGS, text("{\"error\":\"no\\n backend\"}")));
        server("object", Map.of(TAGS, text("{\"error\":{\"message\":\"no backend\"}}")));
        server("page", Map.of(TAGS, text("<html>Log in</html>")));
        server("array", Map.of(TAGS, text("[]")));
        server("number", Map.of(TAGS, text("{\"models\":7}")));
        server("null", Map.of(TAGS, text("{\"models\":null}")));
        server("empty", Map.of(TAGS, text("")));
        guarded("token", "Bearer sesame");
        guarded("locked", "Bearer other");
        keys.put("cortex.server.token.url", url("token"));
        keys.put("cortex.server.token.bearer", "sesame");
        secured();
        keys.put("test.servers", servers.toString());
        return keys;
    }

    private String url(String name) {
        return Objects.requireNonNull(keys.get("odd." + name));
    }

    private void secured() {
        try {
            Path own = Files.createTempDirectory("odd");
            folder = own;
            Certificate good = Certificate.make(own, "good", "ip:127.0.0.1");
            Certificate other = Certificate.make(own, "other", "dns:elsewhere");
            Certificate ours = Certificate.make(own, "ours", "dns:gateway");
            tls("trusted", good, null);
            tls("stranger", good, null);
            tls("other", other, null);
            tls("mutual", good, ours);
            tls("asking", good, ours);
            trust("trusted", good);
            trust("other", other);
            trust("mutual", good);
            trust("asking", good);
            keys.put("cortex.server.mutual.client-cert", ours.pem().toString());
            keys.put("cortex.server.mutual.client-key", ours.key().toString());
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void trust(String name, Certificate certificate) {
        keys.put("cortex.server." + name + ".url", url(name));
        keys.put("cortex.server." + name + ".ca-file", certificate.pem().toString());
    }

    private void tls(String name, Certificate certificate, @Nullable Certificate client) {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PfxOptions()
                                        .setPath(certificate.store().toString())
                                        .setPassword(Certificate.PASSWORD));
        if (client != null) {
            options.setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions().addCertPath(client.pem().toString()));
        }
        listen(name, "https", options, Map.of());
    }

    private void server(String name, Map<String, Consumer<HttpServerRequest>> routes) {
        listen(name, "http", new HttpServerOptions(), routes);
    }

    private void guarded(String name, String token) {
        Map<String, Consumer<HttpServerRequest>> routes = new HashMap<>();
        for (String path : List.of(TAGS, PS, VERSION, "/api/chat")) {
            routes.put(
                    path,
                    request -> {
                        if (token.equals(request.getHeader("Authorization"))) {
                            usual(name, request);
                        } else {
                            request.response().setStatusCode(401).end("{\"error\":\"who\"}");
                        }
                    });
        }
        server(name, routes);
    }

    private void listen(
            String name,
            String scheme,
            HttpServerOptions options,
            Map<String, Consumer<HttpServerRequest>> routes) {
        List<String> seen = new CopyOnWriteArrayList<>();
        int port =
                vertx.createHttpServer(options)
                        .requestHandler(request -> {
                            if (request.path().equals("/seen")) {
                                request.response().end(String.join("\n", seen));
                                return;
                            }
                            seen.add(
                                    "%s %s %s"
                                            .formatted(
                                                    request.path(),
                                                    request.getHeader("Authorization"),
                                                    request.getHeader("Host")));
                            routes.getOrDefault(request.path(), other -> usual(name, other))
                                    .accept(request);
                        })
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        keys.put("odd." + name, scheme + "://127.0.0.1:" + port);
        servers.add(url(name));
    }

    private static void usual(String name, HttpServerRequest request) {
        String answer =
                switch (request.path()) {
                    case TAGS -> models("{\"name\":\"" + name + ":1b\",\"size\":1}", 1);
                    case PS -> "{\"models\":[]}";
                    case VERSION -> "{\"version\":\"0.33.0\"}";
                    case "/api/chat" ->
                            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":true}";
                    default -> "{}";
                };
        text(answer).accept(request);
    }

    private static String models(String entry, int times) {
        return "{\"models\":[" + (entry + ",").repeat(times - 1) + entry + "]}";
    }

    private static Consumer<HttpServerRequest> text(String text) {
        return request ->
                request.response().putHeader("Content-Type", "application/json").end(text);
    }

    private static Consumer<HttpServerRequest> endless(String begin, boolean length) {
        return request -> {
            HttpServerResponse response = request.response();
            response.putHeader("Content-Type", "application/json");
            if (length) {
                response.putHeader("Content-Length", String.valueOf(begin.length() + LONG));
            } else {
                response.setChunked(true);
            }
            response.write(begin);
            pour(response, new long[] {LONG});
        };
    }

    private static Consumer<HttpServerRequest> multipart() {
        return request -> {
            HttpServerResponse response = request.response().setChunked(true);
            response.putHeader("Content-Type", "multipart/form-data; boundary=b");
            response.write("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
            pour(response, new long[] {LONG});
        };
    }

    private static void pour(HttpServerResponse response, long[] left) {
        while (!response.closed() && !response.writeQueueFull()) {
            if (left[0] <= 0) {
                response.end();
                return;
            }
            left[0] -= FILLER.length();
            response.write(FILLER);
        }
        response.drainHandler(_ -> pour(response, left));
    }

    @Override
    public void stop() {
        vertx.close();
        Path own = folder;
        if (own != null) {
            for (java.io.File file : Objects.requireNonNull(own.toFile().listFiles())) {
                file.deleteOnExit();
            }
            own.toFile().deleteOnExit();
        }
    }
}
