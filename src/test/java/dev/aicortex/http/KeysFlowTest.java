package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that asks for keys. */
@QuarkusTest
@TestProfile(KeysFlowTest.TwoKeys.class)
@Timeout(60)
class KeysFlowTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";

    public static class TwoKeys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.keys.alice", "sk-alice", "cortex.keys.\"team b\"", "sk-b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, Bearer sk-alice",
        "Authorization, Basic dXNlcjpzay1hbGljZQ==",
        "x-api-key, sk-b",
    })
    void aKeyLetsItsClientInAndReachesNoServer(String header, String value) {
        given().header(header, value)
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(200)
                .header("X-Cortex-Server", notNullValue());
        assertThat(servers.all())
                .allSatisfy(server ->
                        assertThat(server.received().toString()).doesNotContainIgnoringCase(value));
    }

    @Test
    void withoutAKeyOpenAisClientsGetTheirShape() {
        post(CHAT, body(MODEL, false))
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer")
                .header("x-request-id", notNullValue())
                .body("error.type", equalTo("authentication_error"))
                .body("error.code", equalTo("invalid_api_key"))
                .body("error.message", containsString("cortex.keys"));
    }

    @Test
    void aWrongKeyIsNeitherAcceptedNorEchoed() {
        given().header("Authorization", "Bearer sk-wrong")
                .get("/api/tags")
                .then()
                .statusCode(401)
                .body("error", containsString("not known"))
                .body("error", not(containsString("sk-wrong")))
                .body("code", equalTo("invalid_api_key"));
    }

    @ParameterizedTest
    @CsvSource({"POST, /v1/messages", "GET, /v1/models"})
    void anthropicsClientsGetTheirs(String method, String path) {
        given().header("anthropic-version", "2023-06-01")
                .request(method, path)
                .then()
                .statusCode(401)
                .body("type", equalTo("error"))
                .body("error.type", equalTo("authentication_error"))
                .body("request_id", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v1//models",
                "/v1/models/",
                "/v1/%6dodels",
                "/q/../v1/models",
                "/q/%2e%2e/v1/models",
                "/health/../catalogue/models",
                "/models",
                "/nope"
            })
    void noSpellingOfAPathLeadsPastTheGuard(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/q/..;/v1/models",
                "/q;/../v1/models",
                "/admin/..%2fv1/models",
                "/q/%2e%2e;x=y/v1/models",
                "/q/..%5cv1/models"
            })
    void anOddPathLeadsNowhere(String path) {
        String answer = given().urlEncodingEnabled(false).get(path).asString();
        assertThat(answer).doesNotContain(MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/version", "/health", "/q/health/ready", "/config"})
    void healthChecksNeedNoKey(String path) {
        when().get(path).then().statusCode(200);
        when().head("/").then().statusCode(200);
    }

    @Test
    void theConfigurationShowsNoSecret() {
        when().get("/config")
                .then()
                .body("'cortex.keys.alice'.value", equalTo("***"))
                .body(not(containsString("sk-alice")))
                .body(not(containsString("sk-b")));
    }

    @Test
    void aPreflightNeedsNoKeyAndThePageMayReadThatItHasNone() {
        given().header("Origin", "http://localhost:3000")
                .header("Access-Control-Request-Method", "POST")
                .options(CHAT)
                .then()
                .statusCode(204);
        given().header("Origin", "http://localhost:3000")
                .post(CHAT)
                .then()
                .statusCode(401)
                .header("Access-Control-Allow-Origin", "http://localhost:3000");
    }

    @Test
    void aHeadIsRefusedWithoutABody() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send("HEAD /api/tags HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 401").endsWith("\r\n\r\n");
        }
    }

    @Test
    void aClientThatIsStillSendingGetsToReadTheAnswerAndMayAskAgain() throws IOException {
        byte[] part = new byte[1 << 16];
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
                            .formatted(400L * part.length));
            for (int i = 0; i < 400; i++) {
                client.send(part);
            }
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 401");
            client.readUntil("}");
            client.send("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aClientThatHoldsItsBodyBackIsToldAtOnceAndItsConnectionEnds() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 401").endsWith("}");
        }
    }
}
