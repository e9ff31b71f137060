package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.Cortex;
import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatStream;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
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
                .formatted(FIRST_ONLY, text);
    }

    /** Of the one server that holds the model; other tests may have taught it to expect less. */
    private static void isCached(String body, int bytes) {
        int cached =
                given().contentType("application/json")
                        .body(body)
                        .post("/admin/explain")
                        .jsonPath()
                        .getInt("servers[0].numbers.cached_bytes");
        assertThat(cached).isGreaterThan(bytes / 4);
    }

    @Test
    void ofABodyThatLiesInAFile() {
        String body = chat("file".repeat(LARGE / 4));

        post("/api/chat", body);

        isCached(body, LARGE);
    }

    @Test
    void ofABodyThatIsTooLongForAnEventLoop() {
        String body = chat("long".repeat(50_000));

        post("/api/chat", body);

        isCached(body, 200_000);
    }

    @Test
    void ofAChatInThisProcess() {
        ChatRequest chat = ChatRequest.of(FIRST_ONLY, "whole".repeat(2_000));

        cortex.chat(chat);

        isCached(ApiRequest.of(chat).body().toString(), 10_000);
    }

    @Test
    void ofALongChatInThisProcess() {
        ChatRequest chat = ChatRequest.of(FIRST_ONLY, "whole and long".repeat(20_000));

        cortex.chat(chat);

        isCached(ApiRequest.of(chat).body().toString(), 280_000);
    }

    @Test
    void ofAStreamInThisProcess() {
        ChatRequest chat = ChatRequest.of(FIRST_ONLY, "stream".repeat(2_000));

        try (ChatStream stream = cortex.stream(chat)) {
            assertThat(stream.response().server()).isEqualTo(address(servers.first()));
        }

        isCached(ApiRequest.of(chat).body().toString(), 12_000);
    }
}
