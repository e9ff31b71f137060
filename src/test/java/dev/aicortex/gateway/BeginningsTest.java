package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer begins with its first content: until then another server may give it. */
@QuarkusTest
class BeginningsTest extends GatewayFlow {
    private static final String SSE = "text/event-stream";
    private static final String LINES = "application/x-ndjson";

    private static String question(boolean stream) {
        return """
        {"model":"%s","stream":%b,"max_tokens":50,"messages":[{"role":"user","content":"Why?"}],"input":"Why?","prompt":"Why?"}\
        """
                .formatted(MODEL, stream);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat|application/x-ndjson|{\"error\":\"llama runner process has terminated\"}~",
                "/api/chat|application/x-ndjson|{ \"error\" : \"unexpected EOF\" }",
                "/api/chat|application/x-ndjson|{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}~",
                "/api/chat|application/x-ndjson|{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}~",
                "/api/chat|application/x-ndjson|{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}~{\"error\":\"CUDA error\"}~",
                "/api/generate|application/x-ndjson|{\"model\":\"m\",\"response\":\"\",\"done\":false}~",
                "/v1/chat/completions|text/event-stream|: hello~~",
                "/v1/chat/completions|text/event-stream|data: {\"error\":{\"message\":\"CUDA error\"}}~~data: [DONE]~~",
                "/v1/chat/completions|text/event-stream|event: error~data: {\"error\":\"CUDA error\"}~~",
                "/v1/chat/completions|text/event-stream|data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}~~",
                "/v1/chat/completions|text/event-stream|data: {\"model\": \"\", \"choices\": [ {\"delta\": {\"content\": \"\"}} ]}~~",
                "/v1/completions|text/event-stream|data: {\"choices\":[{\"text\":\"\",\"finish_reason\":null}]}~~",
                "/v1/messages|text/event-stream|event: message_start~data: {\"type\":\"message_start\",\"message\":{}}~~",
                "/v1/messages|text/event-stream|event: ping~data: {\"type\": \"ping\"}~~event: content_block_start~data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}~~",
                "/v1/messages|text/event-stream|event: error~data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"CUDA error\"}}~~",
                "/v1/responses|text/event-stream|event: response.created~data: {\"type\":\"response.created\",\"response\":{\"error\":null}}~~",
                "/v1/responses|text/event-stream|data: {\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\",\"content\":[]}}~~",
                "/v1/responses|text/event-stream|data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"CUDA error\"}}}~~",
            })
    void whatOnlyAnnouncesAnAnswerIsNone(String path, String type, String prelude) {
        next(path, true)
                .fault(new Fault.Says(200, type, prelude.replace('~', '\n'), Fault.Finish.WELL));
        assertAnotherAnswers(post(path, question(true)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions|{\"error\":{\"message\":\"CUDA error\",\"type\":\"api_error\"}}",
                "/v1/chat/completions|{ \"error\" : \"unexpected EOF\" }",
                "/v1/messages|{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"CUDA error\"}}",
                "/v1/responses|{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"message\":\"CUDA error\"}}",
                "/api/chat|{\"error\":\"llama runner process has terminated\"}",
                "/api/generate|{\"error\":\"model 'llama3.2:3b' not found\"}",
            })
    void aDocumentThatIsAnErrorIsNone(String path, String document) {
        next(path, false)
                .fault(new Fault.Says(200, "application/json", document, Fault.Finish.WELL));
        assertAnotherAnswers(post(path, question(false)));
    }

    /** The server that has a prompt in its cache gets it again. */
    private SimulatedServer next(String path, boolean stream) {
        String asked = post(path, question(stream)).header("X-Cortex-Server");
        await().until(() -> inFlight() == 0);
        return servers.all().stream()
                .filter(server -> address(server).equals(asked))
                .findFirst()
                .orElseThrow();
    }

    private void assertAnotherAnswers(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
        assertThat(answer.asString()).doesNotContain("CUDA", "hello", "unexpected EOF");
        await().until(() -> inFlight() == 0);
    }

    @Test
    void anAnnouncementWithoutEndIsNoAnswer() {
        String announced = ": soon\n\n".repeat(600_000);
        next("/v1/chat/completions", true)
                .fault(new Fault.Says(200, SSE, announced, Fault.Finish.NEVER));
        assertAnotherAnswers(post("/v1/chat/completions", question(true)));
    }

    @Test
    void aBeginningIsNeverMixedWithAnotherServersAnswer() {
        String start =
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"of-the-first\"}}\n\n";
        next("/v1/messages", true).fault(new Fault.Says(200, SSE, start, Fault.Finish.CLOSED));
        String answer = post("/v1/messages", question(true)).asString();
        assertThat(answer).doesNotContain("of-the-first").containsOnlyOnce("event: message_start");
    }

    @Test
    void anErrorInPlaceOfAnAnswerThatIsTheRequestsFaultIsTheClients() {
        String words = "{\"error\":\"invalid option: no\"}\n";
        servers.faultEverywhere(new Fault.Says(200, LINES, words, Fault.Finish.WELL));
        Response answer = post("/api/chat", question(true));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
        assertThat(answer.jsonPath().getString("error")).isEqualTo("invalid option: no");
    }

    @Test
    void anEmptyAnswerWithItsEndIsAnAnswer() {
        String end =
                "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        servers.faultEverywhere(new Fault.Says(200, SSE, end, Fault.Finish.WELL));
        Response answer = post("/v1/chat/completions", question(true));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
        assertThat(answer.asString()).isEqualTo(end);
    }
}
