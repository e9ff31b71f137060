package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An error counts as a verdict on the request only in a model server's own shape. */
@QuarkusTest
class VerdictsTest extends GatewayFlow {
    private static Fault says(int status, String type, String body) {
        return new Fault.Says(status, type, body, Fault.Finish.WELL);
    }

    static Stream<Arguments> pages() {
        return Stream.of(
                        Fault.page(400),
                        Fault.page(404),
                        Fault.page(405),
                        Fault.page(408),
                        Fault.page(413),
                        Fault.page(425),
                        Fault.page(431),
                        Fault.page(500),
                        Fault.page(501),
                        says(404, "application/json", "{\"detail\":\"Not Found\"}"),
                        says(422, "application/json", "{\"detail\":[{\"msg\":\"bad\"}]}"),
                        says(404, "application/json", "{\"error\":\"Not Found\"}"),
                        says(400, "text/plain", "400 Bad Request"),
                        says(403, "", ""),
                        says(404, "", ""))
                .flatMap(page ->
                        Stream.of("/v1/chat/completions", "/v1/messages", "/api/chat")
                                .map(path -> Arguments.of(page, path)));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatAProxyWritesIsNoVerdictSoTheNextServerAnswers(Fault page, String path) {
        servers.first().fault(page);
        Response answer = post(path, "{\"max_tokens\":4," + body(MODEL, false).substring(1));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions|{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}",
                "/v1/messages|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no\"}}",
                "/api/chat|{\"error\":\"no\"}",
                "/v1/responses|{\"error\":\"no\"}",
            })
    void aModelServersOwnWordsEndTheRequest(String path, String said) {
        servers.first().fault(says(413, "application/json", said));
        Response answer = post(path, "{\"input\":\"hi\"," + body(MODEL, false).substring(1));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
        assertThat(answer.asString()).contains("\"no\"", "request_too_large");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 400, invalid_request",
        "404, 404, route_not_supported",
        "405, 405, route_not_supported",
        "413, 413, request_too_large",
        "431, 431, invalid_request",
        "408, 502, server_error",
        "425, 502, server_error",
        "500, 502, server_error",
        "403, 502, server_error",
    })
    void aLoneServersPageIsTheDialectsErrorWithASensibleStatus(int status, int told, String code) {
        servers.first().fault(Fault.page(status));
        Response answer = post("/v1/chat/completions", body(FIRST_ONLY, false));
        assertThat(answer.statusCode()).isEqualTo(told);
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo(code);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains(address(servers.first()), Integer.toString(status))
                .doesNotContain("<html>");
    }

    @ParameterizedTest
    @CsvSource({"400", "404", "413"})
    void aProxyThatRefusesARequestIsNoDeadServer(int status) {
        servers.first().fault(Fault.page(status));
        for (int i = 0; i < 20; i++) {
            post("/v1/chat/completions", body(FIRST_ONLY, false));
        }
        assertThat(fleet.snapshot().states().getFirst().server().breakerState())
                .isEqualTo(CircuitBreakerState.CLOSED);
    }
}
