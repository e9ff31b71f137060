package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.head;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered from the snapshot, and what is not there. */
@QuarkusTest
class ListsTest extends GatewayFlow {
    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/models"})
    void modelsAreTheUnionWithoutDuplicates(String path) {
        when().get(path)
                .then()
                .statusCode(200)
                .body("object", equalTo("list"))
                .body("data.id", contains(FIRST_ONLY, MODEL));
    }

    @Test
    void tagsAreTheUnionInOllamasShape() {
        when().get("/api/tags")
                .then()
                .body("models.name", contains(FIRST_ONLY, MODEL))
                .body("models[0]", hasKey("digest"))
                .body("models[0].details.family", equalTo("gemma3"));
    }

    @Test
    void anEmptyFleetListsNothingAndNeverNull() {
        servers.all().forEach(server -> server.models(List.of()));
        FleetFixtures.reset(fleet);
        when().get("/v1/models").then().body("data", empty());
        when().get("/api/tags").then().body("models", empty());
    }

    @Test
    void aHangingServerDoesNotDelayTheLists() {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        servers.first().fault(new Fault.HangBeforeHead(), Fault.Scope.ALL);
        when().get("/v1/models").then().body("data.id", contains(FIRST_ONLY, MODEL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/hf.co/User/Repo:Q4",
                "/v1/models/hf.co%2FUser%2FRepo:Q4",
                "/v1/models/hf.co%2fUser%2fRepo%3AQ4"
            })
    void aModelIsFoundByAnIdWithSlashes(String path) {
        servers.first().models(List.of(SimulatedModel.named("hf.co/User/Repo:Q4")));
        FleetFixtures.reset(fleet);
        given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .body("id", equalTo("hf.co/User/Repo:Q4"));
    }

    @Test
    void anUnknownModelIsA404WithTheNearestNames() {
        post("/v1/chat/completions", body("lama3.2", false))
                .then()
                .statusCode(404)
                .header("x-request-id", notNullValue())
                .body("error.code", equalTo("model_not_found"))
                .body("error.type", equalTo("not_found_error"))
                .body("error.message", containsString("did you mean llama3.2:3b"));
        post("/api/chat", body("lama3.2", false))
                .then()
                .statusCode(404)
                .body(
                        "error",
                        containsString("model 'lama3.2' not found; did you mean llama3.2:3b"));
        when().get("/v1/models/lama3.2")
                .then()
                .statusCode(404)
                .body("error.code", equalTo("model_not_found"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nope", "/v1", "/v1/chat", "/v1/chat/completions/x"})
    void anUnknownPathUnderV1IsAJsonError(String path) {
        when().get(path)
                .then()
                .statusCode(404)
                .header("x-request-id", notNullValue())
                .body("error.code", equalTo("unknown_path"));
        post(path, "{}").then().statusCode(404).body("error.code", equalTo("unknown_path"));
    }

    @Test
    void aWrongMethodIsA405InTheDialectsShape() {
        when().get("/v1/chat/completions")
                .then()
                .statusCode(405)
                .body("error.code", equalTo("method_not_allowed"));
        when().get("/api/chat").then().statusCode(405).body(equalTo("405 method not allowed"));
        when().get("/nope").then().statusCode(404).body(equalTo("404 page not found"));
    }

    @Test
    void theRootSaysWhatItIs() {
        Response root = get("/");
        assertThat(root.asString()).isEqualTo("Ollama is running");
        assertThat(root.header("X-Cortex-Version")).isNotBlank();
        assertThat(root.header("Content-Length")).isEqualTo("17");
        assertThat(head("/").statusCode()).isEqualTo(200);
        assertThat(head("/api/tags").statusCode()).isEqualTo(200);
        when().get("/api/version").then().body("version", equalTo("0.33.0"));
    }

    @Test
    void healthTellsEachServersState() {
        servers.first().fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        when().get("/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("degraded"))
                .body("servers.status", contains("down", "up", "up"))
                .body("servers[0].reason", equalTo("connection refused"))
                .body("servers[0].breaker", equalTo("closed"));
    }

    @Test
    void readinessIsUpWhateverTheServersAre() {
        servers.all().forEach(server -> server.fault(new Fault.Refuse()));
        FleetFixtures.reset(fleet);
        when().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'fleet' }.data.status", equalTo("down"))
                .body("checks.find { it.name == 'gateway' }.data.status", equalTo("serving"))
                .body("checks.name", containsInAnyOrder("gateway", "fleet", "catalogue"));
        when().get("/q/health/live")
                .then()
                .statusCode(200)
                .body("checks.name", contains("gateway"));
        when().get("/q/health/started")
                .then()
                .statusCode(200)
                .body("checks.name", contains("fleet"));
        post("/v1/chat/completions", body(MODEL, false))
                .then()
                .statusCode(503)
                .header("Retry-After", notNullValue())
                .body("error.message", containsString("down: connection refused"));
    }

    @Test
    void configTellsEachKeyAndWhereItComesFrom() {
        when().get("/config")
                .then()
                .statusCode(200)
                .body("'cortex.health.ttl'.value", equalTo("60s"));
    }
}
