package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every inference route, with what the gateway adds to it. */
@QuarkusTest
class RoutesTest extends GatewayFlow {
    @Inject MeterRegistry registry;

    private static String prompt(String model, String fields) {
        return """
        {"model":"%s","max_tokens":4,"prompt":"hi","input":"hi",
         "messages":[{"role":"user","content":"hi"}]%s}\
        """
                .formatted(model, fields);
    }

    private static String longer(String prompt) {
        return prompt.replace("\"max_tokens\":4", "\"max_tokens\":12");
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
    void answersWholeAndAsAStream(String path) {
        Response whole = post(path, prompt(MODEL, ",\"stream\":false"));
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.header("X-Cortex-Model")).isEqualTo(MODEL);
        Response stream = post(path, prompt(MODEL, ",\"stream\":true"));
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.contentType()).containsAnyOf("event-stream", "ndjson");
        assertThat(stream.asString()).doesNotContain("error\":{");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions,data: [DONE]",
        "/v1/completions,data: [DONE]",
        "/v1/responses,response.completed",
        "/v1/messages,message_stop",
        "/api/chat,\"done\":true",
        "/api/generate,\"done\":true"
    })
    void aStreamThatBreaksEndsInTheDialectsErrorEvent(String path, String terminal) {
        servers.faultEverywhere(new Fault.CutEof(6));
        String answer = broken(path, longer(prompt(MODEL, ",\"stream\":true")));
        assertThat(answer).doesNotContain(terminal);
        if (path.startsWith("/v1")) {
            assertThat(answer).contains("event: error\ndata: {").contains("stream_interrupted");
        } else {
            assertThat(answer.strip())
                    .endsWith("\"}")
                    .contains("\"done\":false,\"error\":\"server error: connection lost: ");
        }
    }

    @Test
    void aBrokenResponseHasTheErrorBothWays() {
        servers.faultEverywhere(new Fault.CutEof(6));
        String answer = broken("/v1/responses", longer(prompt(MODEL, ",\"stream\":true")));
        assertThat(answer)
                .contains("{\"type\":\"error\",\"code\":\"stream_interrupted\",\"message\":")
                .contains("\"error\":{\"message\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "name"})
    void showsAModelByEitherField(String field) {
        Response card = post("/api/show", "{\"" + field + "\":\"" + FIRST_ONLY + "\"}");
        assertThat(card.statusCode()).isEqualTo(200);
        assertThat(card.jsonPath().getString("details.family")).isEqualTo("gemma3");
    }

    @Test
    void aModelThatCannotEmbedIsTheRequestsFault() {
        for (String path : new String[] {"/api/embed", "/api/embeddings", "/v1/embeddings"}) {
            Response answer = post(path, prompt(MODEL, ""));
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(answer.asString()).contains("does not support embeddings", "\"code\":\"");
            assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
        }
    }

    @Test
    void aRouteThatNoServerHasIsA404WithItsCode() {
        Response images = post("/v1/images/generations", prompt(MODEL, ""));
        assertThat(images.statusCode()).isEqualTo(404);
        assertThat(images.jsonPath().getString("error.code")).isEqualTo("route_not_supported");
        Response audio =
                RestAssured.given()
                        .multiPart("file", "speech.wav", new byte[] {1, 2, 3}, "audio/wav")
                        .multiPart("model", MODEL)
                        .post("/v1/audio/transcriptions");
        assertThat(audio.statusCode()).isEqualTo(404);
        assertThat(audio.jsonPath().getString("error.code")).isEqualTo("route_not_supported");
        assertThat(audio.header("X-Cortex-Attempts")).isEqualTo("3");
    }

    @Test
    void aTranscriptionIsAskedForByAForm() {
        Response json = post("/v1/audio/transcriptions", prompt(MODEL, ""));
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(json.asString()).contains("multipart/form-data");
        Response unnamed =
                RestAssured.given()
                        .multiPart("file", "speech.wav", new byte[] {1}, "audio/wav")
                        .post("/v1/audio/transcriptions");
        assertThat(unnamed.asString()).contains("'model' is required");
    }

    /** As servers do, which keep no response and leave these fields unread. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"previous_response_id\":\"resp_1\"",
                "\"conversation\":{\"id\":\"c\"}",
                "\"background\":true",
                "\"previous_response_id\":null,\"background\":false,\"store\":true"
            })
    void fieldsOfResponsesThatAreKeptReachTheServer(String fields) {
        String body = prompt(MODEL, "," + fields);
        Response answer = post("/v1/responses", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sent(answer)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss:120b-cloud", "kimi:cloud", "KIMI:CLOUD", "x-cloud"})
    void aCloudModelIsRefusedBeforeAnyServerHearsOfIt(String model) {
        Response answer = post("/v1/chat/completions", body(model, false));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo("cloud_models_disabled");
        assertThat(answer.jsonPath().getString("error.message")).contains("cortex.allow-cloud");
        assertThat(answer.header("X-Cortex-Attempts")).isNull();
    }

    @Test
    void aPromptForAModelThatIsNewAndRunsElsewhereReachesNoServer() {
        SimulatedModel elsewhere =
                SimulatedModel.named("mine:1b").withRemoteHost("https://cloud.example:443");
        servers.first().models(List.of(elsewhere)); // no probe has seen it yet
        String prompt = body("mine:1b", false);
        await().until(() -> post("/api/chat", prompt).statusCode() == 403);
        assertThat(post("/api/chat", prompt).jsonPath().getString("code"))
                .isEqualTo("cloud_models_disabled");
        assertThat(servers.first().received()).noneMatch(request -> request.text().equals(prompt));
    }

    @Test
    void streamOptionsThatAreNullAreNone() {
        String body = body(MODEL, true).replaceFirst("\\{", "{\"stream_options\":null,");
        Response answer = post("/v1/chat/completions", body);
        assertThat(answer.asString()).contains("[DONE]").doesNotContain("\"usage\"");
        assertThat(sent(answer)).startsWith("{\"stream_options\":{\"include_usage\":true},");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {'include_usage':true}",
                "{'x':{'y':[1]}} | {'include_usage':true,'x':{'y':[1]}}",
                "{'include_usage':false,'x':1} | {'include_usage':true,'x':1}",
                "{'x':1, 'include_usage' : null } | {'x':1, 'include_usage' : true }"
            })
    void otherStreamOptionsStay(String asked, String sent) {
        String body = body(MODEL, true).replaceFirst("\\{", "{\"stream_options\":OPTIONS,");
        Response answer =
                post("/v1/chat/completions", body.replace("OPTIONS", asked.replace('\'', '"')));
        assertThat(sent(answer)).isEqualTo(body.replace("OPTIONS", sent.replace('\'', '"')));
        assertThat(answer.asString()).doesNotContain("\"usage\"");
    }

    @Test
    void maxCompletionTokensReachServersThatKnowOnlyMaxTokens() {
        String body = body(MODEL, false).replaceFirst("\\{", "{\"max_completion_tokens\":3,");
        Response answer = post("/v1/chat/completions", body);
        assertThat(answer.jsonPath().getInt("usage.completion_tokens")).isEqualTo(3);
        assertThat(sent(answer)).startsWith("{\"max_tokens\":3,\"max_completion_tokens\":3,");
    }

    @Test
    void maxTokensThatAreNullAreAsGoodAsNone() {
        String body =
                body(MODEL, false)
                        .replaceFirst("\\{", "{\"max_tokens\":null,\"max_completion_tokens\":3,");
        Response answer = post("/v1/chat/completions", body);
        assertThat(sent(answer)).isEqualTo(body.replace("null", "3"));
    }

    @Test
    void maxTokensOfTheClientHolds() {
        String body =
                body(MODEL, false)
                        .replaceFirst("\\{", "{\"max_completion_tokens\":3,\"max_tokens\":2,");
        assertThat(sent(post("/v1/chat/completions", body))).isEqualTo(body);
    }

    @Test
    void usageComesInTheLastChunkWhenItIsAskedFor() {
        String asked =
                prompt(MODEL, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        Response answer = post("/v1/chat/completions", asked);
        assertThat(answer.asString()).contains("\"choices\":[],\"usage\":{");
        assertThat(sent(answer)).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions"})
    void usageIsCountedAndNotShownWhenItIsNotAskedFor(String path) {
        double before = counted();
        for (String options : new String[] {"", ",\"stream_options\":{\"include_usage\":false}"}) {
            Response answer = post(path, prompt(MODEL, ",\"stream\":true" + options));
            assertThat(answer.asString())
                    .doesNotContain("usage")
                    .doesNotContain("\n\n\n")
                    .endsWith("data: [DONE]\n\n");
        }
        await().until(() -> counted() == before + 8);
    }

    @Test
    void usageIsCountedInEveryDialect() {
        for (String path :
                new String[] {"/v1/messages", "/v1/responses", "/api/chat", "/api/generate"}) {
            for (boolean stream : new boolean[] {true, false}) {
                double before = counted();
                String limits =
                        ",\"max_output_tokens\":4,\"options\":{\"num_predict\":4},\"stream\":";
                post(path, prompt(MODEL, limits + stream));
                await().alias(path + stream).until(() -> counted() == before + 4);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\": [], \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 5}}",
                "{ \"usage\" :{\"prompt_tokens\" : 3,\"completion_tokens\"\t:\t5} , \"choices\" : [ ] }",
            })
    void theUsageThatTheGatewayAskedForIsNotShownHoweverItIsSpaced(String event) {
        double before = counted();
        String token =
                "data: {\"choices\": [{\"index\": 0, \"delta\": {\"content\": \"hi\"}}]}\n\n";
        String end = "data: [DONE]\n\n";
        servers.faultEverywhere(
                new Fault.Says(
                        200,
                        "text/event-stream",
                        token + "data: " + event + "\n\n" + end,
                        Fault.Finish.WELL));
        Response answer = post("/v1/chat/completions", prompt(MODEL, ",\"stream\":true"));
        assertThat(answer.asString()).isEqualTo(token + end);
        await().until(() -> counted() == before + 5);
    }

    @Test
    void aBodyThatIsNotUtf8ReachesTheServerAsItIs() {
        byte[] latin1 =
                body(MODEL, false).replace("sky", "sk\u00fd").getBytes(StandardCharsets.ISO_8859_1);
        Response answer =
                RestAssured.given().contentType("application/json").body(latin1).post("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sent(answer)).contains("sk\ufffd");
    }

    private double counted() {
        return registry.find("cortex.tokens").tag("kind", "completion").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void whatBreaksThreeServersIsNotTriedAgainBySdks() {
        servers.faultEverywhere(new Fault.CutReset(0));
        Response answer = post("/v1/chat/completions", body(MODEL, false));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
    }
}
