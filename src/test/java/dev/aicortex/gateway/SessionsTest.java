package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients send of the session that a request belongs to, and of what nobody waits for. */
@QuarkusTest
class SessionsTest extends GatewayFlow {
    private static final String PATH = "/v1/chat/completions";

    /** Only then are they equals. */
    @BeforeEach
    void allHaveTheModelInMemory() {
        servers.all().forEach(server -> post(address(server) + PATH, body(MODEL, false)));
        FleetFixtures.reset(fleet);
    }

    private static Response ask(Map<String, String> headers, String body) {
        return RestAssured.given()
                .contentType("application/json")
                .headers(headers)
                .body(body)
                .post(PATH);
    }

    private String serverOf(Map<String, String> headers, String body) {
        Response answer = ask(headers, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        await().until(() -> inFlight() == 0);
        return answer.header("X-Cortex-Server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Claude-Code-Session-Id", "session_id", "x-session-affinity"})
    void aSessionStaysOnItsServerAmongEquals(String header) {
        String body = body(MODEL, false);
        long servers =
                IntStream.range(0, 12)
                        .mapToObj(session -> {
                            Map<String, String> headers = Map.of(header, "session-" + session);
                            String server = serverOf(headers, body);
                            assertThat(serverOf(headers, body.replace("blue", "red")))
                                    .isEqualTo(server);
                            return server;
                        })
                        .distinct()
                        .count();
        assertThat(servers).isGreaterThan(1);
    }

    @Test
    void serversGetTheHeaderAsBefore() {
        Response answer = ask(Map.of("session_id", "s-1"), body(MODEL, false));
        assertThat(answered(answer).lastPost().headers()).containsEntry("session_id", "s-1");
    }

    private static final String TITLE =
            body(MODEL, false).replace("Why", "### Task:\\nGenerate 1-3 broad tags\\nWhy");

    @Test
    void whatNobodyWaitsForIsAnsweredAtOnceWhereAPlaceIsFree() {
        Response answer = ask(Map.of(), TITLE);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Priority")).isEqualTo("batch");
        assertThat(answer.header("X-Cortex-Queue-Wait")).isNull();
        assertThat(received(answer)).isEqualTo(TITLE);
    }

    @Test
    void onlyWhatTheGatewayHasDecidedIsTold() {
        Map<String, String> said = Map.of("X-Cortex-Priority", "batch");
        assertThat(ask(said, TITLE).header("X-Cortex-Priority")).isNull();
        assertThat(ask(Map.of(), body(MODEL, false)).header("X-Cortex-Priority")).isNull();
    }
}
