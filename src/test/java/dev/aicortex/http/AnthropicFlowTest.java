package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Anthropic's clients ask besides messages. */
@QuarkusTest
@Timeout(60)
class AnthropicFlowTest extends GatewayFlow {
    private static final String COUNT = "/v1/messages/count_tokens";

    private static RequestSpecification client() {
        return given().header("anthropic-version", "2023-06-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023-06-01", "2099-12-31", "nonsense", ""})
    void anyVersionGetsTheListInAnthropicsShape(String version) {
        given().header("anthropic-version", version)
                .get("/v1/models?beta=true")
                .then()
                .statusCode(200)
                .body("data.type", contains("model", "model"))
                .body("data.id", contains(FIRST_ONLY, MODEL))
                .body("data.display_name", contains(FIRST_ONLY, MODEL))
                .body("data[0].created_at", containsString("T"))
                .body("first_id", equalTo(FIRST_ONLY))
                .body("last_id", equalTo(MODEL))
                .body("has_more", equalTo(false));
    }

    @Test
    void pagesFollowOneAnother() {
        client().get("/v1/models?limit=1")
                .then()
                .body("data.id", contains(FIRST_ONLY))
                .body("has_more", equalTo(true));
        client().get("/v1/models?limit=1&after_id=" + FIRST_ONLY)
                .then()
                .body("data.id", contains(MODEL))
                .body("has_more", equalTo(false));
    }

    @Test
    void anEmptyListHasNoEnds() {
        servers.all().forEach(server -> server.models(List.of()));
        FleetFixtures.reset(fleet);
        client().get("/v1/models")
                .then()
                .statusCode(200)
                .body("first_id", nullValue())
                .body("last_id", nullValue());
    }

    @Test
    void aWrongParameterIsToldInAnthropicsShapeAndIgnoredByOpenAisList() {
        client().get("/v1/models?limit=none")
                .then()
                .statusCode(400)
                .body("error.type", equalTo("invalid_request_error"))
                .body("error.message", containsString("limit: 'none'"));
        given().get("/v1/models?limit=none").then().statusCode(200).body("object", equalTo("list"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf.co/User/Repo:Q4", "hf.co%2FUser%2FRepo:Q4"})
    void oneModelIsFoundByItsId(String id) {
        servers.first().models(List.of(SimulatedModel.named("hf.co/User/Repo:Q4")));
        FleetFixtures.reset(fleet);
        client().urlEncodingEnabled(false)
                .get("/v1/models/" + id)
                .then()
                .statusCode(200)
                .body("type", equalTo("model"))
                .body("id", equalTo("hf.co/User/Repo:Q4"))
                .body("display_name", equalTo("hf.co/User/Repo:Q4"));
    }

    @Test
    void anUnknownModelIsA404InAnthropicsShape() {
        client().get("/v1/models/nope")
                .then()
                .statusCode(404)
                .body("type", equalTo("error"))
                .body("error.type", equalTo("not_found_error"))
                .body("error.code", equalTo("model_not_found"))
                .body("request_id", notNullValue());
    }

    @Test
    void tokensAreEstimatedAndSaidToBe() {
        long before = servers.all().stream().mapToLong(server -> server.received().size()).sum();
        given().body(body(MODEL, false))
                .post(COUNT + "?beta=true")
                .then()
                .statusCode(200)
                .header("X-Cortex-Estimate", "true")
                .contentType("application/json")
                .body("input_tokens", equalTo(4 + 5));
        assertThat(servers.all().stream().mapToLong(server -> server.received().size()).sum())
                .isEqualTo(before);
    }

    @Test
    void aBodyLongerThanMemoryIsCountedToo() {
        String body =
                """
                {"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"%s"}},{"type":"text","text":"%s"}]}],"model":"%s"}
                """
                        .formatted("A".repeat(34 << 20), "a".repeat(4_000), MODEL);
        given().body(body)
                .post(COUNT)
                .then()
                .statusCode(200)
                .body("input_tokens", equalTo(4 + 1_600 + 1_000));
    }

    @Test
    void theModelHasToBeKnown() {
        given().body(body("lama3.2", false))
                .post(COUNT)
                .then()
                .statusCode(404)
                .body("error.type", equalTo("not_found_error"))
                .body("error.code", equalTo("model_not_found"))
                .body("error.message", containsString("did you mean llama3.2:3b"));
        given().body("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}")
                .post(COUNT)
                .then()
                .statusCode(400)
                .body("error.type", equalTo("invalid_request_error"))
                .body("error.message", containsString("model is required"));
    }

    @Test
    void aModelIsKnownWhileItsServersAreDown() {
        servers.all().forEach(server -> server.fault(new Fault.Refuse()));
        given().body(body(MODEL, false)).post(COUNT).then().statusCode(200);
        FleetFixtures.reset(fleet);
        given().body(body("nope", false))
                .post(COUNT)
                .then()
                .statusCode(503)
                .header("Retry-After", notNullValue())
                .body("error.code", equalTo("server_unavailable"))
                .body("error.type", equalTo("overloaded_error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"model\":\"m\"", "{\"model\":\"llama3.2:3b\"}"})
    void aWrongBodyIsA400InAnthropicsShape(String body) {
        given().body(body)
                .post(COUNT)
                .then()
                .statusCode(400)
                .body("type", equalTo("error"))
                .body("error.type", equalTo("invalid_request_error"))
                .body("request_id", notNullValue());
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsA413() throws IOException {
        try (RawClient raw = new RawClient(gateway())) {
            raw.send(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 200000000\r\n\r\n"
                            .formatted(COUNT));
            assertThat(raw.readUntil("}")).startsWith("HTTP/1.1 413").contains("request_too_large");
        }
    }

    @Test
    void aClientThatWaitsToBeToldToSendIsTold() throws IOException {
        String body = body(MODEL, false);
        try (RawClient raw = new RawClient(gateway())) {
            raw.send(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
                            .formatted(COUNT, body.length()));
            assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            assertThat(raw.send(body).readUntil("}")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aWrongMethodIsToldInAnthropicsShape() {
        given().get("/v1/messages")
                .then()
                .statusCode(405)
                .body("type", equalTo("error"))
                .body("error.code", equalTo("method_not_allowed"));
    }
}
