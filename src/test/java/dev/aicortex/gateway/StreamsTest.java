package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams: honest when the server breaks, stopped when the client leaves. */
@QuarkusTest
class StreamsTest extends GatewayFlow {
    static Stream<Fault> breaks() {
        return Stream.of(new Fault.CutReset(3), new Fault.CutEof(3), new Fault.CutClose(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/v1/completions",
                "/v1/responses",
                "/v1/messages",
                "/api/chat",
                "/api/generate"
            })
    void nothingInFrontIsToBufferAStream(String path) {
        String any =
                body(MODEL, true)
                        .replaceFirst(
                                "\\{", "{\"prompt\":\"hi\",\"input\":\"hi\",\"max_tokens\":4,");
        assertThat(post(path, any).headers().getValues("X-Accel-Buffering")).containsExactly("no");
        String document = any.replace("\"stream\":true", "\"stream\":false");
        assertThat(post(path, document).header("X-Accel-Buffering")).isNull();
    }

    @Test
    void anOpenAiStreamEndsWithDone() {
        String text = post("/v1/chat/completions", body(MODEL, true)).asString();
        assertThat(text).startsWith("data: {").endsWith("data: [DONE]\n\n");
        assertThat(text.split("\n\n")).hasSizeGreaterThan(12);
    }

    @Test
    void anOllamaStreamEndsWithDone() {
        String text =
                post(
                                "/api/chat",
                                "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                                        .formatted(MODEL))
                        .asString();
        String[] lines = text.split("\n");
        assertThat(lines).hasSizeGreaterThan(12);
        assertThat(lines[lines.length - 1]).contains("\"done\":true");
        assertThat(text).endsWith("\n");
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aBrokenOpenAiStreamEndsWithAnErrorEventAndWithoutDone(Fault fault) {
        servers.faultEverywhere(fault);
        String text = broken("/v1/chat/completions", body(MODEL, true));
        assertThat(text).startsWith("data: {").doesNotContain("[DONE]");
        assertThat(text)
                .containsPattern(
                        "\n\nevent: error\ndata: \\{\"error\":\\{\"message\":\"server error: connection lost: [^\\n]+\n\n$");
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aBrokenOllamaStreamEndsWithAnErrorLine(Fault fault) {
        servers.faultEverywhere(fault);
        String text =
                broken("/api/generate", "{\"model\":\"%s\",\"prompt\":\"hi\"}".formatted(MODEL));
        String[] lines = text.split("\n");
        assertThat(lines).hasSizeGreaterThan(1);
        assertThat(lines[lines.length - 1])
                .matches(
                        "\\{\"model\":\"%s\",\"created_at\":\"[^\"]+\",\"response\":\"\",\"done\":false,\"error\":\"server error: connection lost: [^\"]+\"}"
                                .formatted(MODEL));
        assertThat(text).doesNotContain("\"done\":true");
    }

    @Test
    void aBrokenDocumentIsGivenByTheNextServer() {
        servers.first().fault(new Fault.CutReset(1));
        Response answer = post("/v1/chat/completions", body(MODEL, false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
    }

    @Test
    void aBrokenStreamCountsAgainstItsServer() {
        servers.faultEverywhere(new Fault.CutReset(3));
        broken("/v1/chat/completions", body(MODEL, true));
        await().until(() -> fleet.snapshot().states().get(0).server().strikes() == 1);
        assertThat(RestAssured.get("/q/metrics").asString())
                .containsPattern(
                        "cortex_answers_total\\{outcome=\"truncated\",server=\""
                                + address(servers.first())
                                + "\"\\} [1-9]");
    }

    @Test
    void aTornStreamPassesUntouched() {
        servers.faultEverywhere(new Fault.Torn());
        String torn =
                post("/api/generate", "{\"model\":\"%s\",\"prompt\":\"é当🙂\"}".formatted(MODEL))
                        .asString();
        assertThat(torn.split("\n"))
                .hasSizeGreaterThan(12)
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
        assertThat(torn).contains("\"done\":true");
    }

    @Test
    void theServerStopsWhenTheClientLeavesDuringAStream() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, true)).readUntil("data: {");
            assertThat(workedOn()).isEqualTo(1);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isPositive();
    }

    @Test
    void theServerStopsWhenTheClientLeavesBeforeTheFirstByte() throws IOException {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        long before = cancelled();
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, false));
            await().until(() -> workedOn() == 1);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isEqualTo(before + 1);
    }

    @Test
    void aThousandClientsThatHangUpOpenNoBreaker() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(2));
        long before = cancelled();
        for (int i = 0; i < 1_000; i++) {
            try (RawClient client = new RawClient(gateway())) {
                client.post("/v1/chat/completions", body(MODEL, true)).readUntil("data: {");
            }
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled() - before).isEqualTo(1_000);
        assertThat(fleet.snapshot().states())
                .allSatisfy(state -> {
                    assertThat(state.server().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
                    assertThat(state.server().strikes()).isZero();
                });
    }

    private long cancelled() {
        return servers.all().stream().mapToLong(server -> server.counters().cancelled()).sum();
    }
}
