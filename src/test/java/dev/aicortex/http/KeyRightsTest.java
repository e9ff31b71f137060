package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key may do, through the real port: models, routes, roles, priorities. */
@QuarkusTest
@TestProfile(KeysProfile.class)
class KeyRightsTest extends KeysFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final String LLAMA_ONLY = "\"models\":[\"llama3.2:*\"],\"role\":\"manage\"";

    private String llama = "";

    @BeforeEach
    void makeAKey() {
        llama = key(LLAMA_ONLY);
    }

    @Test
    void aKeyUsesItsModels() {
        ask(llama, CHAT, MODEL).then().statusCode(200);
        ask(llama, CHAT, "LLAMA3.2:3B").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FIRST_ONLY,
                "GEMMA3:270M",
                "library/gemma3:270m",
                "registry.ollama.ai/library/gemma3:270m",
                "gemma3:270m-cortex-8192-37cb8a9dda2e",
                "gemma3:270m-cloud",
                "small",
                "sha256:37cb8a9dda2e",
                "no-such-model",
                "gemma3\\u003a270m"
            })
    void noSpellingLeadsToAnotherModel(String model) {
        long before = chatsReceived();
        for (String path : List.of(CHAT, "/api/chat", "/api/show", "/v1/messages", "/api/embed")) {
            ask(llama, path, model).then().statusCode(403).body(containsString("may not use"));
        }
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, error.code, error.type",
        "/api/chat, code, code",
        "/v1/messages, error.code, error.type"
    })
    void theRefusalHasItsDialectsShape(String path, String code, String type) {
        String expected = path.equals("/api/chat") ? "model_not_allowed" : "permission_error";
        ask(llama, path, FIRST_ONLY)
                .then()
                .statusCode(403)
                .body(code, equalTo("model_not_allowed"))
                .body(type, equalTo(expected));
    }

    @Test
    void aSecondModelFieldInAnyLetterCaseIsRefused() {
        with(llama)
                .body(
                        """
                        {"model":"%s","Model":"%s","messages":[{"role":"user","content":"hi"}]}\
                        """
                                .formatted(MODEL, FIRST_ONLY))
                .post(CHAT)
                .then()
                .statusCode(400);
    }

    @Test
    void ofAChainOnlyWhatIsAllowedAnswers() {
        Response answer = ask(llama, CHAT, "both");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Model")).isEqualTo(MODEL);
        servers.faultEverywhere(new Fault.Status500("no"));
        ask(key("\"models\":[\"gemma3:*\"]"), CHAT, "both")
                .then()
                .statusCode(not(equalTo(200)))
                .body(not(containsString(MODEL)));
    }

    @Test
    void neitherHedgeNorResumeNorAContextTagGoesRoundIt() {
        with(llama)
                .header("X-Cortex-Resume", "1")
                .header("X-Cortex-Num-Ctx", "8192")
                .body(body(FIRST_ONLY, true))
                .post("/api/chat")
                .then()
                .statusCode(403);
    }

    @Test
    void unloadingTakesTheModelAndTheRole() {
        String unload = "{\"model\":\"%s\",\"keep_alive\":0}";
        with(llama).body(unload.formatted(MODEL)).post("/api/generate").then().statusCode(200);
        with(llama).body(unload.formatted(FIRST_ONLY)).post("/api/generate").then().statusCode(403);
        with(key(""))
                .body(unload.formatted(MODEL))
                .post("/api/generate")
                .then()
                .statusCode(403)
                .body("code", equalTo("role_not_allowed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /api/copy | {\"source\":\"gemma3:270m\",\"destination\":\"llama3.2:mine\"}",
                "POST | /api/copy | {\"source\":\"llama3.2:3b\",\"destination\":\"gemma3:mine\"}",
                "POST | /api/pull | {\"model\":\"gemma3:270m\"}",
                "POST | /api/pull | {\"Name\":\"gemma3:270m\"}",
                "POST | /api/push | {\"model\":\"gemma3:270m\"}",
                "POST | /api/create | {\"model\":\"llama3.2:mine\",\"from\":\"gemma3:270m\"}",
                "DELETE | /api/delete | {\"model\":\"gemma3:270m\"}"
            })
    void changesAreOfItsModelsAlone(String method, String path, String body) {
        with(llama)
                .body(body)
                .request(method, path)
                .then()
                .statusCode(403)
                .body("code", equalTo("model_not_allowed"));
        with(key(""))
                .body(body)
                .request(method, path)
                .then()
                .statusCode(403)
                .body("code", equalTo("role_not_allowed"));
    }

    @Test
    void whatIsNotThereIsToldWithoutNamesOfOthers() {
        String gemma = key("\"models\":[\"gemma*\",\"llama3.2:4b\"],\"role\":\"manage\"");
        ask(gemma, CHAT, "llama3.2:4b").then().statusCode(404).body(not(containsString(MODEL)));
        with(gemma)
                .get("/v1/models/llama3.2:4b")
                .then()
                .statusCode(404)
                .body(not(containsString(MODEL)));
        with(gemma)
                .body("{\"model\":\"llama3.2:4b\"}")
                .delete("/api/delete")
                .then()
                .statusCode(404)
                .body(not(containsString(MODEL)));
        with(gemma)
                .body(
                        "{\"model\":\"llama3.2:4b\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .post("/v1/messages/count_tokens")
                .then()
                .statusCode(404)
                .body(not(containsString(MODEL)));
        with(gemma)
                .get("/catalogue/models/llama3.2:4b")
                .then()
                .statusCode(404)
                .body(not(containsString(MODEL)));
    }

    @Test
    void everyListShowsItsModelsAlone() {
        with(llama).get("/v1/models").then().body("data.id", contains("both", MODEL));
        with(llama).get("/models").then().body("data.id", contains("both", MODEL));
        with(llama).get("/api/tags").then().body("models.name", contains("both", MODEL));
        with(llama).get("/v1/models/" + FIRST_ONLY).then().statusCode(404);
        with(llama)
                .header("anthropic-version", "2023-06-01")
                .get("/v1/models")
                .then()
                .body("data.id", contains("both", MODEL));
        with(llama).get("/catalogue/models/" + FIRST_ONLY).then().statusCode(403);
        with(llama).get("/catalogue/families/gemma").then().statusCode(404);
        with(llama).get("/catalogue/families").then().body(not(containsString("gemma")));
        with(llama)
                .get("/catalogue/models")
                .then()
                .body("models.name", everyItem(containsString("llama3.2")));
    }

    @Test
    void soDoesWhatRuns() {
        for (String model : List.of(MODEL, FIRST_ONLY)) {
            post(
                    servers.first().url() + "/api/generate",
                    "{\"model\":\"%s\",\"keep_alive\":-1}".formatted(model));
        }
        FleetFixtures.reset(fleet);
        assertThat(with(llama).get("/api/ps").asString())
                .contains(MODEL)
                .doesNotContain(FIRST_ONLY);
        assertThat(with(KeysProfile.CONFIGURED).get("/api/ps").asString()).contains(FIRST_ONLY);
    }

    @Test
    void anExplanationIsWhatTheKeyWouldGet() {
        String name = "explained";
        key(name, LLAMA_ONLY);
        admin().body(body(FIRST_ONLY, false))
                .post("/admin/explain?key=" + name)
                .then()
                .statusCode(403);
        admin().body(body(MODEL, false)).post("/admin/explain?key=" + name).then().statusCode(200);
    }

    @Test
    void routesAreThoseOfTheKey() {
        String chats = key("\"routes\":[\"chat\"]");
        ask(chats, CHAT, MODEL).then().statusCode(200);
        with(chats)
                .urlEncodingEnabled(false)
                .body(body(MODEL, false))
                .post("/v1/%63hat/completions")
                .then()
                .statusCode(200);
        for (String path : List.of("/v1/embeddings", "/api/embed", "/api/show", "/api/pull")) {
            ask(chats, path, MODEL)
                    .then()
                    .statusCode(403)
                    .body(containsString("route_not_allowed"));
        }
        with(chats)
                .get("/v1/models")
                .then()
                .statusCode(403)
                .body("error.code", equalTo("route_not_allowed"));
        with(chats).get("/api/version").then().statusCode(200);
        with(key("\"routes\":[\"/v1/*\"]")).get("/v1/models").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"interactive, batch", "normal, batch", "batch, ", ", batch"})
    void aPriorityIsAtMostTheKeys(String asked, String told) {
        String secret = key("\"priority\":\"batch\"");
        var request = with(secret).body(body(MODEL, false));
        Response answer =
                (asked == null ? request : request.header("X-Cortex-Priority", asked)).post(CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Priority")).isEqualTo(told);
    }

    @Test
    void twoDifferentKeysAreNone() {
        given().header("Authorization", "Bearer " + llama)
                .header("x-api-key", KeysProfile.CONFIGURED)
                .get("/v1/models")
                .then()
                .statusCode(401)
                .body("error.message", containsString("two different keys"));
        given().header("Authorization", "Bearer " + llama)
                .header("x-api-key", llama)
                .get("/v1/models")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "api_key", "api-key", "access_token", "x-api-key"})
    void aKeyInTheQueryIsNotRead(String parameter) {
        given().queryParam(parameter, llama)
                .get("/v1/models")
                .then()
                .statusCode(401)
                .body(not(containsString(llama)));
    }

    @Test
    void anUnlimitedKeyIsToldOfNoLimits() {
        ask(llama, CHAT, MODEL).then().header("x-ratelimit-limit-requests", nullValue());
    }
}
