package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that stand for others, context lengths, heartbeats: what a configuration adds. */
@QuarkusTest
@TestProfile(ConfiguredGatewayTest.Configured.class)
class ConfiguredGatewayTest extends GatewayFlow {
    @Inject MeterRegistry registry;

    /** One profile for all: each one starts the gateway again. */
    public static final class Configured implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.aliases.\"gpt-4o-mini\"",
                    "gone:1b," + MODEL,
                    "cortex.aliases.\"GPT-3.5-Turbo\"",
                    FIRST_ONLY + "," + MODEL,
                    "cortex.aliases.nothing",
                    "gone:1b,lost:2b",
                    "cortex.aliases.leaky",
                    "gpt-oss:120b-cloud,gone:1b",
                    "cortex.context.models.\"" + FIRST_ONLY + "\"",
                    "64",
                    "cortex.heartbeat",
                    "1s",
                    "cortex.first-byte-timeout",
                    "2500ms",
                    "cortex.manage",
                    "true");
        }
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
    void anAliasIsAnsweredByWhatItStandsForAndKeepsItsName(String path) {
        for (boolean stream : new boolean[] {true, false}) {
            String body =
                    """
                    {"max_tokens":4,"model":"gpt-4o-mini","prompt":"\u2028 naïve","input":"hi",
                     "messages":[{"role":"user","content":"hi"}],"stream":%b}\
                    """
                            .formatted(stream);
            Response answer = post(path, body);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.header("X-Cortex-Model")).isEqualTo(MODEL);
            assertThat(answer.asString())
                    .contains("\"model\":\"gpt-4o-mini\"")
                    .doesNotContain(MODEL);
            assertThat(received(answer)).isEqualTo(body.replace("gpt-4o-mini", MODEL));
        }
    }

    @Test
    void tokensOfAnAliasAreEstimatedWhenSomethingBehindItIsThere() {
        String path = "/v1/messages/count_tokens";
        assertThat(post(path, body("gpt-4o-mini", false)).statusCode()).isEqualTo(200);
        assertThat(post(path, body("nothing", false)).statusCode()).isEqualTo(404);
    }

    private String received(Response answer) {
        return servers.all().stream()
                .filter(server -> address(server).equals(answer.header("X-Cortex-Server")))
                .findFirst()
                .orElseThrow()
                .received()
                .getLast()
                .text()
                .replace("\"stream_options\":{\"include_usage\":true},", "");
    }

    @Test
    void aLongBodyInAFileIsSplicedToo() {
        String body = body("gpt-4o-mini", false).replace("sky", "sky " + "x".repeat(2_000_000));
        Response answer = post("/api/chat", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Model")).isEqualTo(MODEL);
        assertThat(answer.jsonPath().getString("model")).isEqualTo("gpt-4o-mini");
    }

    @Test
    void theNextNameIsAskedWhenNoServerCanServeTheFirst() {
        Response first = post("/api/chat", body("gpt-3.5-turbo", false));
        assertThat(first.header("X-Cortex-Model")).isEqualTo(FIRST_ONLY);
        servers.first().fault(new Fault.Status500("CUDA error: out of memory"));
        Response second = post("/api/chat", body("gpt-3.5-turbo", false));
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.header("X-Cortex-Model")).isEqualTo(MODEL);
        assertThat(second.header("X-Cortex-Attempts")).isEqualTo("2");
        assertThat(second.jsonPath().getString("model")).isEqualTo("gpt-3.5-turbo");
    }

    @Test
    void theNextNameIsAskedWhenNobodyKnowsWhoseFaultItWas() {
        servers.first().fault(new Fault.Status500("unable to load model"), 1);
        Response answer = post("/api/chat", body("gpt-3.5-turbo", false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Model")).isEqualTo(MODEL);
    }

    @Test
    void aServerThatRefusesARequestIsNoReasonToAskTheNextName() {
        servers.first().fault(new Fault.Status500("failed to parse grammar"));
        Response answer = post("/api/chat", body("gpt-3.5-turbo", false));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
    }

    @Test
    void anAliasOfNothingSaysWhatItStandsFor() {
        Response answer = post("/v1/chat/completions", body("nothing", false));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains("'nothing' stands for others", "gone:1b", "lost:2b");
    }

    @Test
    void anAliasDoesNotOpenTheWayToACloud() {
        Response answer = post("/v1/chat/completions", body("leaky", false));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo("cloud_models_disabled");
    }

    @Test
    void aliasesOfModelsThatAreThereAreListed() {
        List<String> ids = RestAssured.get("/v1/models").jsonPath().getList("data.id");
        assertThat(ids).contains("gpt-4o-mini", "GPT-3.5-Turbo", MODEL).doesNotContain("nothing");
        assertThat(RestAssured.get("/v1/models/gpt-4o-mini").statusCode()).isEqualTo(200);
        List<String> names = RestAssured.get("/api/tags").jsonPath().getList("models.name");
        assertThat(names).contains("gpt-4o-mini");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages"})
    void theContextLengthReachesTheNativeRoute(String path) {
        for (boolean stream : new boolean[] {true, false}) {
            Response answer =
                    RestAssured.given()
                            .header("X-Cortex-Num-Ctx", "8192")
                            .body(
                                    """
                                    {"model":"%s","max_tokens":4,"prompt":"hi","input":"hi",
                                     "messages":[{"role":"user","content":"hi"}],"stream":%b}
                                    """
                                            .formatted(MODEL, stream))
                            .post(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(received(answer)).contains("\"num_ctx\":8192");
            assertThat(answer.asString()).contains("\"model\":\"" + MODEL + "\"");
            String kind = stream ? "text/event-stream" : "application/json";
            assertThat(answer.contentType()).startsWith(kind);
        }
    }

    @Test
    void aBrokenTranslatedStreamEndsInAnErrorEvent() {
        servers.faultEverywhere(new Fault.RunnerKilled(3));
        String answer =
                RestAssured.given()
                        .header("X-Cortex-Num-Ctx", "8192")
                        .body(body(MODEL, true))
                        .post("/v1/chat/completions")
                        .asString();
        assertThat(answer).contains("event: error").doesNotContain("[DONE]");
        assertThat(answer.split("event: error", -1)).hasSize(2);
    }

    @Test
    void theContextLengthOfAModelReachesEveryRoute() {
        Response translated = post("/v1/chat/completions", body(FIRST_ONLY, false));
        assertThat(received(translated)).contains("\"num_ctx\":64");
        Response direct = post("/api/chat", body(FIRST_ONLY, false));
        assertThat(received(direct)).startsWith("{\"options\":{\"num_ctx\":64},\"model\"");
        String own = body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":{\"num_ctx\":7},");
        assertThat(received(post("/api/chat", own))).isEqualTo(own);
        String other = body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":{\"seed\":7},");
        assertThat(received(post("/api/chat", other)))
                .startsWith("{\"options\":{\"num_ctx\":64,\"seed\":7},");
        for (String none : new String[] {"null", "{}", "{ }"}) {
            String empty =
                    body(FIRST_ONLY, false).replaceFirst("\\{", "{\"options\":" + none + ",");
            assertThat(received(post("/api/chat", empty)))
                    .startsWith("{\"options\":{\"num_ctx\":64},\"model\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "99999999999"})
    void aHeaderThatIsNoLengthIsRefused(String length) {
        Response answer =
                RestAssured.given()
                        .header("X-Cortex-Num-Ctx", length)
                        .body(body(MODEL, false))
                        .post("/v1/chat/completions");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains("X-Cortex-Num-Ctx", length, "8192");
    }

    @Test
    void aClientThatWaitsForAStreamIsShownThatItsRequestLives() throws IOException {
        servers.first().fault(new Fault.HangBeforeHead());
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(FIRST_ONLY, true));
            String head = client.readUntil(": waiting for the model\n\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("text/event-stream")
                    .doesNotContain("X-Cortex-Server");
            String end = client.readUntil("\r\n0\r\n");
            assertThat(end).contains("event: error\ndata: {").contains("no first byte within");
        }
    }

    @Test
    void failoverGoesOnUnderneathHeartbeats() throws IOException {
        servers.first().fault(new Fault.HangBeforeHead());
        servers.all().get(1).fault(new Fault.HangBeforeHead());
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/messages", body(MODEL, true).replace("{", "{\"max_tokens\":4,"));
            assertThat(client.readUntil("event: ping\ndata: {\"type\": \"ping\"}\n\n"))
                    .startsWith("HTTP/1.1 200 OK");
            String rest = client.readUntil("message_stop\"}");
            assertThat(rest).contains("message_start").doesNotContain("event: error");
        }
        await().until(() -> inFlight() == 0);
    }

    @Test
    void linesAndDocumentsHaveNoHeartbeat() throws IOException {
        servers.first().fault(new Fault.HangBeforeHead());
        for (String path : new String[] {"/api/chat", "/v1/chat/completions"}) {
            boolean stream = path.startsWith("/api");
            Response answer = post(path, body(FIRST_ONLY, stream));
            assertThat(answer.statusCode()).isEqualTo(502);
            servers.heal();
            servers.first().fault(new Fault.HangBeforeHead());
        }
    }

    @Test
    void anUnloadGoesToEveryServerThatHoldsTheModel() {
        servers.all().forEach(SimulatedServer::received);
        long before = chatsReceived();
        String unload = "{\"model\":\"gpt-4o-mini\",\"messages\":[],\"keep_alive\":0}";
        Response gone = post("/api/chat", unload);
        assertThat(gone.statusCode()).isEqualTo(404); // the first of its names is nowhere
        Response answer = post("/api/chat", unload.replace("gpt-4o-mini", MODEL));
        assertThat(answer.jsonPath().getString("done_reason")).isEqualTo("unload");
        assertThat(chatsReceived() - before).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat"})
    void aPromptThatWasCutIsSaidToBe(String path) {
        String cut = body(FIRST_ONLY, false).replace("sky", "blue sky ".repeat(100));
        double before = truncated();
        assertThat(post(path, cut).header("X-Cortex-Truncated")).isEqualTo("true");
        await().until(() -> truncated() == before + 1);
        String stream = cut.replace("\"stream\":false", "\"stream\":true");
        assertThat(post(path, stream).header("X-Cortex-Truncated")).isEqualTo("likely");
        await().until(() -> truncated() == before + 2);
        Response fits = post(path, body(FIRST_ONLY, false));
        assertThat(fits.header("X-Cortex-Truncated")).isNull();
    }

    @Test
    void aBodyThatIsTooMuchForAnEstimateIsServed() {
        String context = "1,".repeat(200_000) + "1";
        String body =
                "{\"model\":\"%s\",\"prompt\":\"hi\",\"stream\":false,\"context\":[%s]}"
                        .formatted(FIRST_ONLY, context);
        Response answer = post("/api/generate", body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    }

    private double truncated() {
        return registry.find("cortex.truncated").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void aPromptThatIsCutByTheServersOwnContextIsSaidToBe() {
        servers.all().forEach(server -> post(address(server) + "/api/chat", body(MODEL, false)));
        FleetFixtures.reset(fleet); // learns what is loaded, with the usual 4,096 tokens
        String cut = body(MODEL, false).replace("sky", "blue sky ".repeat(5_000));
        assertThat(post("/v1/chat/completions", cut).header("X-Cortex-Truncated"))
                .isEqualTo("true");
    }
}
