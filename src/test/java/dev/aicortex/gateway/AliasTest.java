package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that stand for others. */
@QuarkusTest
@TestProfile(ConfiguredGateway.class)
class AliasTest extends GatewayFlow {
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
}
