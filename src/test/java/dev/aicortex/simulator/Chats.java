package dev.aicortex.simulator;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** What the tests of this package say most often. */
final class Chats {
    /** One for all test classes: starting one a class would take longer than the tests. */
    static final Vertx VERTX = Vertx.vertx();

    static final String V1 = "/v1/chat/completions";
    static final String NATIVE = "/api/chat";
    static final String MESSAGES = "/v1/messages";

    private Chats() {}

    static SimulatedServer server() {
        return server(Settings.defaults());
    }

    static SimulatedServer server(Settings settings) {
        return SimulatedServer.start(VERTX, settings);
    }

    static String streamed() {
        return asked(true, "Hello");
    }

    static String whole() {
        return asked(false, "Hello");
    }

    static String asked(boolean stream, String text) {
        return """
        {"model": "gemma3:270m", "stream": %s, "max_tokens": 1000, "messages": [{"role": "user", "content": "%s"}]}\
        """
                .formatted(stream, text);
    }

    /** Waits until this holds; looks often, since much here lasts only milliseconds. */
    static void eventually(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }

    /** Sends a chat and leaves its answer to be read. */
    static RawHttp open(SimulatedServer server, String path, String body) throws IOException {
        RawHttp http = new RawHttp(server.url());
        http.send("POST", path, Map.of("Content-Type", "application/json"), body);
        return http;
    }
}
