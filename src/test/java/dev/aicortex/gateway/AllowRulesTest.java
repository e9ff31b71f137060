package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.Cortex;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.model.AccessException;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.LabelledServers;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules by which keys and models may only use servers with certain labels. */
@QuarkusTest
@TestProfile(AllowRulesTest.Ruled.class)
class AllowRulesTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final String QWEN = "qwen3:8b";

    @Inject Cortex cortex;

    public static class Ruled implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.manage", "true",
                    "cortex.keys.alice", "sk-alice",
                    "cortex.keys.bob", "sk-bob",
                    "cortex.keys.carol", "sk-carol",
                    "cortex.routing.policy", "round-robin",
                    "cortex.routing.allow.keys.alice", "gpu=eu",
                    "cortex.routing.allow.keys.bob", "gpu=us,tier=fast",
                    "cortex.routing.allow.keys.erin", "gpu=eu",
                    "cortex.routing.allow.models.\"gemma3:270m\"", "tier=fast",
                    "cortex.routing.allow.models.\"qwen3:8b\"", "gpu=us");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(LabelledServers.class));
        }
    }

    private static Response ask(String key, String path, String model) {
        return given().header("Authorization", "Bearer sk-" + key)
                .contentType("application/json")
                .body(body(model, false))
                .post(path);
    }

    private String address(int index) {
        return fleet.snapshot().states().get(index).server().url().toString();
    }

    private static Set<String> asked(String key, String model) {
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            asked.add(
                    ask(key, CHAT, model)
                            .then()
                            .statusCode(200)
                            .extract()
                            .header("X-Cortex-Server"));
        }
        return asked;
    }

    @Test
    void theRuleOfAModelIsToldWithTheServersThatItBars() {
        JsonPath model = given().get("/admin/models/" + QWEN).jsonPath();

        assertThat(model.getMap("rule"))
                .isEqualTo(
                        Map.of(
                                "labels",
                                List.of("gpu=us"),
                                "key",
                                "cortex.routing.allow.models." + QWEN));
        assertThat(model.getMap("holders[0]")).containsEntry("allowed", false);
        assertThat(model.getMap("holders[1]")).doesNotContainKey("allowed");
    }

    @Test
    void aKeyReachesOnlyItsServers() {
        assertThat(asked("alice", MODEL)).containsExactly(address(0));
        assertThat(asked("bob", MODEL)).containsExactly(address(1));
    }

    /** From its first request on, whatever that is. */
    @Test
    void aKeyOfTheDatabaseReachesOnlyItsServersToo() {
        String secret =
                given().contentType("application/json")
                        .body("{\"name\":\"erin\"}")
                        .post("/admin/keys")
                        .path("secret");
        try {
            assertThat(
                            given().header("Authorization", "Bearer " + secret)
                                    .get("/v1/models")
                                    .jsonPath()
                                    .getList("data.id"))
                    .containsExactly(MODEL);
            for (int i = 0; i < 4; i++) {
                assertThat(
                                given().header("Authorization", "Bearer " + secret)
                                        .contentType("application/json")
                                        .body(body(MODEL, false))
                                        .post(CHAT)
                                        .header("X-Cortex-Server"))
                        .isEqualTo(address(0));
            }
            assertThat(
                            given().body(body(MODEL, false))
                                    .post("/admin/explain?key=erin")
                                    .jsonPath()
                                    .getList("servers.findAll { it.rank == 0 }.server"))
                    .containsExactlyInAnyOrder(address(1), address(2));
        } finally {
            given().delete("/admin/keys/erin").then().statusCode(204);
        }
    }

    @Test
    void aKeyWithoutARuleReachesAll() {
        assertThat(asked("carol", MODEL)).hasSize(3);
    }

    @Test
    void aModelsRuleHoldsForEveryKey() {
        assertThat(asked("carol", QWEN)).containsExactly(address(1));
        assertThat(asked("bob", QWEN)).containsExactly(address(1));
    }

    @Test
    void bothRulesMustHold() {
        Response answer = ask("alice", CHAT, QWEN);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains(
                        "gpu=eu and gpu=us",
                        "cortex.routing.allow.models.qwen3:8b and cortex.routing.allow.keys.alice");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, error.message, error.code",
        "/api/chat, error, code",
        "/v1/messages, error.message, error.type",
    })
    void whereNoServerMayBeAskedEachDialectSaysSo(String path, String message, String code) {
        Response answer = ask("carol", path, FIRST_ONLY);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.jsonPath().getString(message))
                .isEqualTo(
                        "model 'gemma3:270m' may only be answered by a server with tier=fast"
                                + " (cortex.routing.allow.models.gemma3:270m), and of the 1 that"
                                + " hold it none has that; pull it on one that has, or change the"
                                + " rule");
        assertThat(answer.jsonPath().getString(code)).isIn("no_server_allowed", "permission_error");
    }

    @Test
    void aModelThatNobodyHoldsIsNotFoundWhateverTheRules() {
        assertThat(ask("alice", CHAT, "nowhere:1b").statusCode()).isEqualTo(404);
    }

    @Test
    void aKeySeesTheModelsThatItMayUse() {
        assertThat(listed("alice", "/v1/models", "data.id")).containsExactly(MODEL);
        assertThat(listed("carol", "/v1/models", "data.id")).containsExactly(MODEL, QWEN);
        assertThat(listed("alice", "/api/tags", "models.name")).containsExactly(MODEL);
        given().header("Authorization", "Bearer sk-alice")
                .get("/v1/models/" + QWEN)
                .then()
                .statusCode(404);
    }

    private static List<String> listed(String key, String path, String field) {
        return given().header("Authorization", "Bearer sk-" + key)
                .get(path)
                .jsonPath()
                .getList(field);
    }

    @Test
    void theTypedApiHasModelsRulesAlone() {
        assertThat(cortex.chat(ChatRequest.of(QWEN, "hi")).server()).isEqualTo(address(1));
        assertThatThrownBy(() -> cortex.chat(FIRST_ONLY, "hi"))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("tier=fast");
        assertThat(cortex.llmParams(QWEN).url()).isEqualTo(address(1));
        assertThat(cortex.randomLlmParams(QWEN).url()).isEqualTo(address(1));
        assertThatThrownBy(() -> cortex.llmParams(FIRST_ONLY)).isInstanceOf(AccessException.class);
    }

    @Test
    void aServerThatIsNamedMustHaveTheLabelsToo() {
        ChatRequest named = ChatRequest.builder(QWEN).user("hi").server(address(0)).build();
        assertThatThrownBy(() -> cortex.chat(named))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("gpu=us")
                .hasMessageContaining("leave the server open");
    }

    @Test
    void aKeyUnloadsAModelOnlyWhereItMayUseIt() {
        given().header("Authorization", "Bearer sk-alice")
                .body("{\"model\":\"%s\",\"keep_alive\":0}".formatted(QWEN))
                .post("/api/generate")
                .then()
                .statusCode(403)
                .body("code", equalTo("no_server_allowed"));
    }

    @Test
    void explainGivesTheRuleAsTheReason() {
        JsonPath answer =
                given().body(body(MODEL, false)).post("/admin/explain?key=alice").jsonPath();
        assertThat(answer.getString("servers[0].server")).isEqualTo(address(0));
        assertThat(answer.getList("servers.rank")).isEqualTo(List.of(1, 0, 0));
        assertThat(answer.getString("servers[1].reason"))
                .isEqualTo("not allowed: it lacks gpu=eu (cortex.routing.allow.keys.alice)");
        given().body(body(MODEL, false)).post("/admin/explain?key=mallory").then().statusCode(400);
    }

    @Test
    void operatorsSeeTheLabels() {
        for (String path : List.of("/admin/servers", "/health")) {
            JsonPath answer = given().get(path).jsonPath();
            assertThat(answer.getList("servers[1].labels"))
                    .isEqualTo(List.of("gpu=us", "tier=fast"));
            assertThat((Object) answer.get("servers[2].labels")).isNull();
        }
    }
}
