package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.RawServer;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are HTTP and mean harm: numbers, names, bodies and methods that no client has. */
@QuarkusTest
@Timeout(60)
class HostileClientsTest extends GatewayFlow {
    private static Response chat(String header, String value) {
        return given().header(header, value)
                .contentType("application/json")
                .body(body(MODEL, false))
                .post("/api/chat");
    }

    @ParameterizedTest
    @CsvSource({
        "X-Cortex-Deadline, 9223372036854775807, 200",
        "X-Cortex-Deadline, PT99999999999999H, 200",
        "X-Cortex-Deadline, 106751991167301d, 400",
        "X-Cortex-Deadline, 9223372036854775807h, 400",
        "X-Cortex-Deadline, 99999999999999999999, 400",
        "X-Cortex-Deadline, 1e99, 400",
        "X-Cortex-Deadline, -9223372036854775808, 400",
        "X-Cortex-Num-Ctx, 9223372036854775807, 400",
        "X-Cortex-Num-Ctx, 2147483648, 400",
        "X-Cortex-Num-Ctx, -1, 400",
        "X-Cortex-Priority, 9223372036854775807, 400",
        "X-Cortex-Resume, 2, 400",
        "Retry-After, 9223372036854775807, 200"
    })
    void aNumberThatIsTooMuchIsNoFailureOfTheGateways(String header, String value, int status) {
        assertThat(chat(header, value).statusCode()).isEqualTo(status);
    }

    @Test
    void aDeadlineWithoutEndEndsWithTheServers() {
        servers.faultEverywhere(new Fault.Garbage());
        Response answer = chat("X-Cortex-Deadline", "9223372036854775807");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.asString()).doesNotContain("its log says why");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"options\":{\"num_ctx\":99999999999999999999}",
                "\"options\":{\"num_ctx\":1e300}",
                "\"options\":{\"num_ctx\":-9223372036854775809}",
                "\"options\":{\"num_predict\":-9223372036854775809}",
                "\"keep_alive\":1e300",
                "\"keep_alive\":-99999999999999999999",
                "\"keep_alive\":\"99999999999999h\"",
                "\"max_tokens\":1e300",
                "\"max_completion_tokens\":99999999999999999999"
            })
    void norIsOneInABody(String field) {
        for (String path : List.of("/api/chat", "/v1/chat/completions", "/v1/messages")) {
            String body = body(MODEL, false).replaceFirst("\\{", "{" + field + ",");
            assertThat(post(path, body).statusCode()).isLessThan(500);
        }
    }

    @ParameterizedTest
    @CsvSource({"[, ], 3000", "'{\"a\":', '}', 3000"})
    void aBodyThatIsNestedWithoutEndIsRefused(String open, String close, int depth) {
        String deep = open.repeat(depth) + "1" + close.repeat(depth);
        String chat = body(MODEL, false).replaceFirst("\\{", "{\"x\":" + deep + ",");
        for (String path :
                List.of("/api/chat", "/v1/chat/completions", "/api/pull", "/admin/explain")) {
            assertThat(post(path, chat).statusCode()).isIn(400, 403);
        }
    }

    @Test
    void longNumbersAndTextsAreReadOrRefused() {
        for (String value : List.of("9".repeat(2_000_000), "\"" + "x".repeat(30_000_000) + "\"")) {
            String chat = body(MODEL, false).replaceFirst("\\{", "{\"x\":" + value + ",");
            assertThat(post("/api/chat", chat).statusCode()).isIn(200, 400);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\r\\nX-Injected: 1", "a\\nb", "\\u0000", "\\u2028", "a\\r\\n\\r\\n{}"})
    void aNameOfAModelIsNoHeader(String name) {
        Response answer = post("/api/chat", body("llama3.2:3b" + name, false));
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.header("X-Injected")).isNull();
        assertThat(answer.header("X-Cortex-Model")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "<script>", "${jndi:ldap://evil}", "\u00e9"})
    void anIdThatIsNoneIsNotGivenBack(String id) {
        assertThat(chat("x-request-id", id).header("x-request-id")).matches("[0-9a-f]{16}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "TRACK", "DEBUG", "PROPFIND", "PATCH", "PUT"})
    void aMethodThatARouteDoesNotHaveEchoesNothing(String method) {
        Response answer =
                given().header("X-Secret", "planted").body("planted").request(method, "/api/chat");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.asString()).doesNotContain("planted");
    }

    @Test
    void aHeaderThatEndsAtTheGatewayCannotBeNamedOn() {
        given().header("Connection", "close, content-type, x-request-id, content-length, host")
                .contentType("application/json")
                .body(body(MODEL, false))
                .post("/api/chat")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /v1/nothing", "POST /api/tags", "GET /api/chat", "POST /admin/x"})
    void nothingIsServedOutOfTheBodyOfARefusedRequest(String line) throws IOException {
        long before = chatsReceived();
        String chat = body(MODEL, false);
        String hidden =
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(chat.length(), chat);
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(line, hidden.length(), hidden));
            assertThat(client.readWhatComes().split("HTTP/1.1 ", -1)).hasSize(2);
        }
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/../admin/servers",
                "/api/%2e%2e/admin/servers",
                "/q/../../etc/passwd",
                "/..%2f..%2fetc%2fpasswd",
                "/catalogue/models/..%2f..%2f..%2fetc%2fpasswd",
                "/catalogue/families/..%2f..%2fetc%2fpasswd",
                "/v1/models/..%2f..%2fadmin"
            })
    void noPathLeadsToAFile(String path) {
        String answer = given().urlEncodingEnabled(false).get(path).asString();
        assertThat(answer).doesNotContain("root:");
    }

    @Test
    void adminTakesNobodysWordForAnAddress() {
        for (String header :
                List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host")) {
            given().header(header, "127.0.0.1").get("/admin/servers").then().statusCode(403);
        }
        given().header("Origin", "null").get("/admin/servers").then().statusCode(403);
        given().header("Origin", "null").get("/api/tags").then().statusCode(403);
    }

    @Test
    void aPictureIsFetchedByNobody() throws IOException {
        try (RawServer trap = new RawServer("")) {
            String chat =
                    body(MODEL, false)
                            .replace(
                                    "\"Why is the sky blue?\"",
                                    "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s/x.png\"}}]"
                                            .formatted(trap.url()));
            assertThat(post("/v1/chat/completions", chat).statusCode()).isLessThan(500);
            assertThat(trap.received()).isEmpty();
        }
    }
}
