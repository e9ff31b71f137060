package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.Cortex;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that works may be silent; one that does not live is left. */
@QuarkusTest
class SilentServersTest extends GatewayFlow {
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    @Inject Cortex cortex;

    @AfterEach
    void endTheSilence() {
        over.complete(null);
    }

    private static String tools(boolean stream) {
        return """
        {"model":"%s","stream":%b,"max_tokens":50,"messages":[{"role":"user","content":"Why?"}],"input":"Why?",
         "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}]}\
        """
                .formatted(MODEL, stream);
    }

    /** A stream of words alone, for any route. */
    private static String question() {
        return """
        {"model":"%s","stream":true,"max_tokens":50,"messages":[{"role":"user","content":"Why?"}],"input":"Why?"}\
        """
                .formatted(MODEL);
    }

    /** Longer than a server may be silent before it is looked at. */
    private void awaitLooks() {
        long before = servers.first().counters().received();
        await().until(() -> servers.first().counters().received() >= before + 2);
    }

    private void assertNobodyIsBlamed() {
        await().until(() -> inFlight() == 0);
        assertThat(fleet.snapshot().states())
                .allSatisfy(state -> assertThat(state.server().strikes()).isZero());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, true",
        "/v1/chat/completions, false",
        "/v1/responses, true",
        "/v1/responses, false",
        "/v1/messages, true",
        "/v1/messages, false",
        "/api/chat, true",
        "/api/chat, false",
        "/api/generate, false",
        "/v1/completions, true",
    })
    void oneThatWorksIsWaitedForHoweverLongItIsSilentBeforeItsAnswer(String path, boolean stream) {
        servers.first().fault(Fault.silence(0, over));
        CompletableFuture<Response> answer =
                CompletableFuture.supplyAsync(() -> post(path, tools(stream)));
        await().until(() -> workedOn() == 1);
        awaitLooks();
        assertThat(answer).isNotDone();
        over.complete(null);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().header("X-Cortex-Attempts")).isEqualTo("1");
        assertThat(answer.join().header("X-Cortex-Server")).isEqualTo(address(servers.first()));
        assertNobodyIsBlamed();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, data: [DONE]",
        "/v1/responses, response.completed",
        "/v1/messages, message_stop",
        "/api/chat, \"done\":true",
    })
    void oneThatWorksIsWaitedForInTheMiddleOfItsAnswer(String path, String end) throws IOException {
        servers.first().fault(Fault.silence(7, over));
        try (RawClient client = new RawClient(gateway())) {
            client.post(path, question()).readUntil("\r\n\r\n");
            awaitLooks();
            over.complete(null);
            assertThat(client.readUntil("\r\n0\r\n"))
                    .contains(end, "\r\n0\r\n")
                    .doesNotContain("event: error", "\"error\":\"");
        }
        assertNobodyIsBlamed();
    }

    @Test
    void oneThatIsStoppedInMidSilenceIsLeftForTheNext() {
        servers.first().fault(Fault.silence(0, over));
        CompletableFuture<Response> answer =
                CompletableFuture.supplyAsync(() -> post("/v1/chat/completions", tools(true)));
        await().until(() -> workedOn() == 1);
        servers.first().fault(new Fault.Stopped());
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(answer.join().header("X-Cortex-Attempts")).isEqualTo("2");
        assertThat(fleet.snapshot().states().getFirst().server().strikes()).isPositive();
    }

    @Test
    void oneThatIsStoppedInTheMiddleOfAnAnswerBreaksIt() throws IOException {
        servers.first().fault(Fault.silence(3, over));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, true)).readUntil("data: {");
            servers.first().fault(new Fault.Stopped());
            assertThat(client.readWhatComes())
                    .contains("event: error", "does not answer /api/version either")
                    .doesNotContain("[DONE]", "\r\n0\r\n");
        }
        await().until(() -> fleet.snapshot().states().getFirst().server().strikes() == 1);
    }

    /** The answer to a client that waits for less than a silent server takes. */
    private Response late() {
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .header("X-Cortex-Deadline", "700ms")
                        .body(body(MODEL, false))
                        .post("/v1/chat/completions");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains("within 0.7 s (X-Cortex-Deadline)");
        assertNobodyIsBlamed();
        return answer;
    }

    @Test
    void theClientsOwnDeadlineHoldsWhileTheServerIsLookedAt() {
        servers.faultEverywhere(new Fault.Stopped());
        Response answer = late();
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
    }

    @Test
    void theClientsOwnDeadlineHolds() {
        servers.faultEverywhere(Fault.silence(0, over));
        Response answer = late();
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
    }

    @Test
    void aChatOfThisProcessWaitsAsLong() {
        servers.first().fault(Fault.silence(0, over));
        CompletableFuture<String> server =
                CompletableFuture.supplyAsync(
                        () -> cortex.chat(ChatRequest.of(MODEL, "Why?")).server());
        await().until(() -> workedOn() == 1);
        awaitLooks();
        over.complete(null);
        assertThat(server.join()).isEqualTo(address(servers.first()));
        assertNobodyIsBlamed();
    }
}
