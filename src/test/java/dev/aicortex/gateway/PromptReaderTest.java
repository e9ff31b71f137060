package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.Cortex;
import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatStream;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** Whatever way a prompt comes, its server is found again. */
@QuarkusTest
class PromptReaderTest extends GatewayFlow {
    /** Longer than what is kept in memory. */
    private static final int LARGE = 1_500_000;

    @Inject Cortex cortex;

    private static String chat(String text) {
        return """
        {"model":"%s","stream":true,"messages":[{"role":"user","content":"%s"}]}\
        """
                .formatted(MODEL, text);
    }

    private static void isCachedAt(String server, String body, int leastBytes) {
        JsonPath answer =
                given().contentType("application/json")
                        .body(body)
                        .post("/admin/explain")
                        .jsonPath();
        assertThat(answer.getString("servers[0].server")).isEqualTo(server);
        assertThat(answer.getInt("servers[0].numbers.cached_bytes")).isGreaterThan(leastBytes);
        assertThat(answer.getInt("servers[1].numbers.cached_bytes")).isZero();
    }

    @Test
    void ofABodyThatLiesInAFile() {
        String body = chat("file".repeat(LARGE / 4));

        String server = post("/api/chat", body).header("X-Cortex-Server");

        isCachedAt(server, body, LARGE);
    }

    @Test
    void ofABodyThatIsTooLongForAnEventLoop() {
        String body = chat("long".repeat(50_000));

        String server = post("/api/chat", body).header("X-Cortex-Server");

        isCachedAt(server, body, 200_000);
    }

    @Test
    void ofAChatInThisProcess() {
        ChatRequest chat = ChatRequest.of(MODEL, "whole".repeat(2_000));

        String server = cortex.chat(chat).server();

        isCachedAt(server, ApiRequest.of(chat).body().toString(), 10_000);
    }

    @Test
    void ofALongChatInThisProcess() {
        ChatRequest chat = ChatRequest.of(MODEL, "whole and long".repeat(20_000));

        String server = cortex.chat(chat).server();

        isCachedAt(server, ApiRequest.of(chat).body().toString(), 280_000);
    }

    @Test
    void ofAStreamInThisProcess() {
        ChatRequest chat = ChatRequest.of(MODEL, "stream".repeat(2_000));

        String server;
        try (ChatStream stream = cortex.stream(chat)) {
            server = stream.response().server();
        }

        isCachedAt(server, ApiRequest.of(chat).body().toString(), 12_000);
    }
}
