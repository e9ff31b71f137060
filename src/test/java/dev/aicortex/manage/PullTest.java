package dev.aicortex.manage;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ManageProfile;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A pull on several servers that looks like one. */
@QuarkusTest
@TestProfile(ManageProfile.class)
class PullTest extends GatewayFlow {
    private static final String QWEN = "{\"model\":\"qwen3:8b\"}";
    private static final long SIZE = SimulatedModel.qwen3().size();

    private static Response pull(String servers, String body) {
        return given().queryParam("server", servers).body(body).post("/api/pull");
    }

    private static List<JsonObject> lines(Response answer) {
        return answer.asString().lines().map(JsonObject::new).toList();
    }

    private List<SimulatedServer> holders(String model) {
        return servers.all().stream()
                .filter(server -> server.models().stream().anyMatch(m -> m.name().equals(model)))
                .toList();
    }

    @Test
    void allServersPullAndTheClientSeesOneBar() {
        Response answer = pull("all", QWEN);
        assertThat(answer.contentType()).startsWith("application/x-ndjson");
        assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
        List<JsonObject> lines = lines(answer);
        assertThat(lines).last().isEqualTo(new JsonObject().put("status", "success"));
        assertThat(lines.stream().filter(line -> !line.containsKey("digest")))
                .extracting(line -> line.getString("status"))
                .containsExactly(
                        "pulling manifest",
                        "verifying sha256 digest",
                        "writing manifest",
                        "success");
        List<JsonObject> bar = lines.stream().filter(line -> line.containsKey("digest")).toList();
        assertThat(bar).extracting(line -> line.getLong("total")).containsOnly(3 * SIZE);
        assertThat(bar).extracting(line -> line.getLong("completed")).isSorted();
        assertThat(bar.getLast().getLong("completed")).isEqualTo(3 * SIZE);
        assertThat(holders("qwen3:8b")).hasSize(3);
    }

    @Test
    void aNewModelGoesToTheServerWithMostRoomAndIsListedAtOnce() {
        servers.first().models(List.of());
        FleetFixtures.reset(fleet);
        assertThat(lines(post("/api/pull", "{\"name\":\"qwen3:8b\"}")))
                .last()
                .isEqualTo(new JsonObject().put("status", "success"));
        assertThat(holders("qwen3:8b")).containsExactly(servers.first());
        assertThat(fleet.snapshot().models()).extracting(tag -> tag.label()).contains("qwen3:8b");
    }

    @Test
    void anUpdateGoesToAllThatHoldTheModel() {
        servers.first().models(List.of(SimulatedModel.gemma3()));
        String stale = "0".repeat(64);
        servers.all().stream()
                .skip(1)
                .forEach(s -> s.models(List.of(SimulatedModel.llama32().withDigest(stale))));
        FleetFixtures.reset(fleet);
        pull("", "{\"model\":\"%s\"}".formatted(MODEL)).then().statusCode(200);
        assertThat(holders(MODEL))
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.models()).contains(SimulatedModel.llama32()));
    }

    @Test
    void withoutProgressTheAnswerIsTheLastObject() {
        pull("all", "{\"model\":\"qwen3:8b\",\"stream\":false}")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(equalTo("{\"status\":\"success\"}"));
        assertThat(holders("qwen3:8b")).hasSize(3);
    }

    @Test
    void oneServerThatFailsIsNamedOnceTheOthersAreDone() {
        servers.all().get(1).fault(new Fault.CutReset(3), Fault.Scope.ALL);
        List<JsonObject> lines = lines(pull("all", QWEN));
        assertThat(lines).noneMatch(line -> "success".equals(line.getString("status")));
        assertThat(lines.getLast().getString("error"))
                .startsWith(address(servers.all().get(1)) + ": ")
                .contains("pulled on " + address(servers.first()));
        assertThat(holders("qwen3:8b")).hasSize(2);
    }

    @Test
    void aServerThatHangsInALayerDoesNotHoldThePullForEver() {
        servers.all().get(1).fault(new Fault.HangMidStream(3), Fault.Scope.ALL);
        assertThat(lines(pull("all", QWEN)).getLast().getString("error"))
                .contains(address(servers.all().get(1)) + ": it was silent for too long");
    }

    @Test
    void whatTheRegistryDoesNotHaveFailsInItsWords() {
        List<JsonObject> lines = lines(pull("all", "{\"model\":\"nope\"}"));
        assertThat(lines.getFirst().getString("status")).isEqualTo("pulling manifest");
        assertThat(lines.getLast().getString("error"))
                .contains(address(servers.first()) + ": pull model manifest: file does not exist");
        pull("all", "{\"model\":\"nope\",\"stream\":false}")
                .then()
                .statusCode(502)
                .body("error", containsString("file does not exist"));
    }

    @Test
    void aServerThatIsDownFailsWhenItIsNamed() {
        servers.first().fault(new Fault.Refuse());
        pull(address(servers.first()), QWEN)
                .then()
                .statusCode(502)
                .body("error", equalTo(address(servers.first()) + ": connection refused"));
    }

    @Test
    void severalServersCanBeNamed() {
        given().queryParam("server", address(servers.first()))
                .queryParam("server", servers.all().get(2).url().getAuthority())
                .body(QWEN)
                .post("/api/pull")
                .then()
                .statusCode(200);
        assertThat(holders("qwen3:8b")).containsExactly(servers.first(), servers.all().get(2));
    }

    @Test
    void aClientThatLeavesStopsAllPulls() throws IOException {
        servers.faultEverywhere(Fault.none());
        servers.all().forEach(s -> s.fault(new Fault.HangMidStream(3), Fault.Scope.ALL));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/pull?server=all", QWEN);
            client.readUntil("digest");
        }
        servers.all().forEach(s -> await().until(() -> ChangeTest.cancelled(s, "/api/pull")));
        assertThat(holders("qwen3:8b")).isEmpty();
        assertThat(RestAssured.get("/").statusCode()).isEqualTo(200);
    }
}
