package dev.aicortex.http.admin;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.observed.Speeds;
import dev.aicortex.model.ModelName;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The models of the fleet as an operator sees them, over the simulated fleet. */
@QuarkusTest
@TestProfile(KeysProfile.class)
class ModelsResourceTest extends KeysFlow {
    @Inject RefreshRuns runs;

    private static JsonPath get(String path) {
        Response answer = admin().get(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    private static Map<String, Object> listed(String model) {
        return get("/admin/models").getMap("models.find { it.name == '" + model + "' }");
    }

    private static JsonPath shown(String model) {
        return get("/admin/models/" + model);
    }

    private static Map<String, Object> holder(String model, int number) {
        return shown(model).getMap("holders[" + number + "]");
    }

    @Test
    void allModelsOfTheFleetAreListedByName() {
        assertThat(runs.run()).isInstanceOf(RefreshRuns.RefreshEvent.Finished.class);
        assertThat(get("/admin/models").getList("models.name")).containsExactly(FIRST_ONLY, MODEL);
        assertThat(listed(MODEL))
                .containsEntry("family", "llama")
                .containsEntry("size", "2.0 GB")
                .containsEntry("quantization", "Q4_K_M")
                .containsEntry("context_length", 131_072)
                .containsEntry("servers", 3)
                .containsEntry("up", 3)
                .containsEntry("drift", false)
                .containsEntry("aliases", List.of("both"))
                .containsEntry("waiting", 0);
        assertThat((List<?>) listed(MODEL).get("capabilities")).isNotEmpty();
        assertThat((List<?>) listed(FIRST_ONLY).get("aliases")).isEqualTo(List.of("both", "small"));
    }

    @Test
    void aServerThatIsDownStillHoldsItsModels() {
        servers.first().fault(new Fault.Refuse(), Fault.Scope.ALL);
        look();
        assertThat(listed(MODEL)).containsEntry("servers", 3).containsEntry("up", 2);
        assertThat(listed(FIRST_ONLY)).containsEntry("servers", 1).containsEntry("up", 0);
        assertThat(holder(FIRST_ONLY, 0))
                .containsEntry("url", address(servers.first()))
                .containsEntry("state", "down")
                .containsEntry("resident", false)
                .containsKey("reason");
    }

    /** Everything that the gateway knows of the servers is what they say now. */
    private void look() {
        FleetFixtures.reset(fleet);
    }

    @Test
    void oneModelIsToldInFull() {
        String secret = key("");
        ask(secret, "/api/chat", FIRST_ONLY).then().statusCode(200);
        look();

        JsonPath model = shown(FIRST_ONLY);

        assertThat(model.getMap(""))
                .containsEntry("name", FIRST_ONLY)
                .containsEntry("servers", 1)
                .containsEntry("resident", 1)
                .containsEntry(
                        "chains",
                        List.of(
                                Map.of("name", "both", "models", List.of(FIRST_ONLY, MODEL)),
                                Map.of("name", "small", "models", List.of(FIRST_ONLY))))
                .containsEntry(
                        "line",
                        Map.of(
                                "waiting",
                                0,
                                "priorities",
                                Map.of("interactive", 0, "normal", 0, "batch", 0)))
                .doesNotContainKeys("alias", "rule", "contents");
        assertThat(model.getMap("holders[0]"))
                .containsEntry("url", address(servers.first()))
                .containsEntry("state", "up")
                .containsEntry("resident", true)
                .containsEntry("in_flight", 0)
                .containsKeys("digest", "size_bytes", "vram_bytes", "context", "places")
                .doesNotContainKeys("reason", "allowed");
        assertThat(model.getInt("holders[0].answer_ms")).isNotNegative();
    }

    @Test
    void whatWasNotMeasuredIsAbsent() {
        SimulatedModel idle = SimulatedModel.named("idle:1b");
        servers.first().models(List.of(SimulatedModel.llama32(), idle));
        look();
        assertThat(holder("idle:1b", 0))
                .containsEntry("resident", false)
                .doesNotContainKeys(
                        "load_ms",
                        "prefill_tokens_per_second",
                        "decode_tokens_per_second",
                        "answer_ms",
                        "vram_bytes",
                        "context");
    }

    @Test
    void whatAnswersHaveShownIsTold() {
        ServerState first = fleet.snapshot().states().getFirst();
        Holding holding = first.holding(ModelName.of(FIRST_ONLY));
        FleetFixtures.learned(holding, new Speeds.Timing(2_000, 0, 0, 0, 0));
        assertThat((int) holder(FIRST_ONLY, 0).get("load_ms")).isPositive();
        FleetFixtures.learned(holding, new Speeds.Timing(0, 500, 0, 1_024, 0));
        assertThat((float) holder(FIRST_ONLY, 0).get("prefill_tokens_per_second")).isPositive();
    }

    @Test
    void aServerThatFailsIsDoubtfulAndThenKeptAwayFrom() {
        Server first = fleet.snapshot().states().getFirst().server();
        first.strike();
        assertThat(holder(MODEL, 0)).containsEntry("state", "doubtful").containsKey("reason");
        while (first.breakerWait().isZero()) {
            first.strike();
        }
        assertThat(holder(MODEL, 0)).containsEntry("state", "breaker_open").containsKey("reason");
        look();
        assertThat(holder(MODEL, 0)).containsEntry("state", "up");
    }

    @Test
    void contentsThatDifferAreToldWithTheirServers() {
        servers.first().models(List.of(SimulatedModel.llama32().withDigest("b".repeat(64))));
        look();
        assertThat(listed(MODEL)).containsEntry("drift", true);
        JsonPath model = shown(MODEL);
        assertThat(model.getList("contents")).hasSize(2);
        assertThat(model.getList("contents[0].servers")).hasSize(2);
        assertThat(model.getList("contents[1].servers")).containsExactly(address(servers.first()));
        assertThat(model.getList("holders.digest").stream().distinct()).hasSize(2);
    }

    @Test
    void anAliasIsAnsweredForTheModelThatItMeans() {
        assertThat(shown("small").getMap(""))
                .containsEntry("name", FIRST_ONLY)
                .containsEntry("alias", "small");
        assertThat(shown("both").getString("name")).isEqualTo(FIRST_ONLY);
        servers.first().models(List.of(SimulatedModel.llama32()));
        look();
        assertThat(shown("both").getMap(""))
                .containsEntry("name", MODEL)
                .containsEntry("alias", "both");
    }

    @Test
    void aNameIsTakenHoweverItIsSpelt() {
        for (String name : List.of("LLAMA3.2:3b", "library/llama3.2:3b", "library%2Fllama3.2:3b")) {
            JsonPath model =
                    admin().urlEncodingEnabled(false).get("/admin/models/" + name).jsonPath();
            assertThat(model.getString("name")).isEqualTo(MODEL);
            assertThat(model.getMap("")).doesNotContainKey("alias");
        }
    }

    @Test
    void anUnknownNameIsA404WithTheNearest() {
        admin().get("/admin/models/lama3.2:3b")
                .then()
                .statusCode(404)
                .body("error", containsString("did you mean llama3.2:3b"));
    }

    @Test
    void isForOperatorsAlone() {
        String secret = key("");
        for (String path : List.of("/admin/models", "/admin/models/" + MODEL)) {
            with(secret).header("X-Forwarded-For", "10.0.0.1").get(path).then().statusCode(403);
        }
    }
}
