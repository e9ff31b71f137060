package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages in browsers. */
@QuarkusTest
class CorsFlowTest extends GatewayFlow {
    private static final String PAGE = "http://localhost:3000";
    private static final String CHAT = "/v1/chat/completions";

    private static RequestSpecification preflight(String origin) {
        return given().header("Origin", origin).header("Access-Control-Request-Method", "POST");
    }

    /** The recorded server's headers are a part of ours, in what they allow. */
    @Test
    void aPreflightIsAnsweredAsARealServerDoes() throws IOException {
        JsonNode recorded =
                new ObjectMapper()
                        .readTree(
                                Path.of("src/test/resources/exchanges/59-options-cors.json")
                                        .toFile());
        Response answer =
                preflight(PAGE)
                        .header(
                                "Access-Control-Request-Headers",
                                "content-type,X-Stainless-Arch,X-Stainless-Async,X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,X-Stainless-Lang,X-Stainless-Os,X-Stainless-Package-Version,X-Stainless-Poll-Helper,X-Stainless-Retry-Count,X-Stainless-Runtime,X-Stainless-Runtime-Version,X-Stainless-Timeout")
                        .options("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(recorded.at("/response/status").asInt());
        assertThat(answer.asByteArray()).isEmpty();
        for (JsonNode header : recorded.at("/response/headers")) {
            String name = header.path(0).asText();
            if (!name.equals("Allow")) {
                assertThat(String.join(",", answer.headers().getValues(name)).split(","))
                        .as(name)
                        .contains(header.path(1).asText().split(","));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {CHAT, "/v1/messages", "/v1/nope", "/api/pull", "/api/delete", "/nope", "/"})
    void preflightsAreAnsweredHereForEveryRoute(String path) {
        preflight(PAGE)
                .options(path)
                .then()
                .statusCode(204)
                .header("Access-Control-Allow-Origin", PAGE);
        assertThat(servers.all())
                .allSatisfy(server ->
                        assertThat(server.received())
                                .noneMatch(request -> request.method().equals("OPTIONS")));
    }

    @Test
    void aPageMayReadTheAnswerAndItsHeaders() {
        Response answer = given().header("Origin", PAGE).body(body(MODEL, true)).post(CHAT);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().getValues("Access-Control-Allow-Origin")).containsExactly(PAGE);
        assertThat(answer.header("Access-Control-Expose-Headers"))
                .contains("X-Cortex-Server", "X-Request-Id", "Retry-After");
        assertThat(answer.headers().getValues("Vary")).isEqualTo(List.of("origin"));
    }

    @Test
    void aPageMayReadErrorsToo() {
        given().header("Origin", PAGE)
                .body(body("nope", false))
                .post("/api/chat")
                .then()
                .statusCode(404)
                .header("Access-Control-Allow-Origin", PAGE);
        given().header("Origin", PAGE)
                .get("/v1/nope")
                .then()
                .statusCode(404)
                .header("Access-Control-Allow-Origin", PAGE);
    }

    @Test
    void aForeignPageIsRefusedBeforeItsPromptReachesAServer() {
        long before = chatsReceived();
        given().header("Origin", "https://evil.example")
                .body(body(MODEL, false))
                .post("/api/chat")
                .then()
                .statusCode(403)
                .header("Access-Control-Allow-Origin", nullValue())
                .body("code", equalTo("origin_not_allowed"))
                .body("error", containsString("'https://evil.example'"))
                .body("error", containsString("cortex.cors.origins"));
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @Test
    void theRefusalHasTheDialectsShape() {
        preflight("null").options(CHAT).then().statusCode(403);
        given().header("Origin", "null")
                .get("/v1/models")
                .then()
                .statusCode(403)
                .body("error.type", equalTo("permission_error"))
                .body("error.code", equalTo("origin_not_allowed"));
        given().header("Origin", "null")
                .post("/v1/messages")
                .then()
                .statusCode(403)
                .body("error.code", equalTo("origin_not_allowed"))
                .body("request_id", notNullValue());
    }

    @Test
    void theGatewaysOwnPageMayAsk() {
        given().header("Origin", "https://192.0.2.7")
                .header("Host", "192.0.2.7")
                .get("/api/tags")
                .then()
                .statusCode(200);
    }

    @Test
    void aProgramWithoutAnOriginSeesNothingOfThis() {
        given().get("/api/tags")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue());
    }
}
