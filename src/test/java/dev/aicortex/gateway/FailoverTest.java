package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failover while nothing has reached the client. */
@QuarkusTest
class FailoverTest extends GatewayFlow {
    static Stream<Arguments> faultsBeforeTheFirstByte() {
        return Stream.of(
                        new Fault.Refuse(),
                        new Fault.Stopped(),
                        new Fault.Garbage(),
                        new Fault.WrongContent(),
                        new Fault.Status500("llama runner process has terminated: exit status 2"),
                        new Fault.Status500("something odd"),
                        new Fault.Busy(),
                        new Fault.Empty200(),
                        new Fault.CutReset(0),
                        new Fault.CutEof(0),
                        new Fault.CutClose(0))
                .flatMap(fault ->
                        Stream.of(
                                Arguments.of(fault, "/v1/chat/completions", true),
                                Arguments.of(fault, "/v1/chat/completions", false),
                                Arguments.of(fault, "/api/chat", true)));
    }

    @ParameterizedTest
    @MethodSource("faultsBeforeTheFirstByte")
    void theNextServerAnswers(Fault fault, String path, boolean stream) {
        servers.first().fault(fault);
        Response answer = post(path, body(MODEL, stream));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(servers.all().get(1)));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
        assertThat(answer.asString()).doesNotContain("error");
        await().until(() ->
                fleet.snapshot().states().stream().allMatch(s -> s.server().inFlight() == 0));
    }

    @Test
    void theNextServerAnswersWhenOneLostTheModel() {
        servers.first().models(List.of());
        Response answer = post("/v1/chat/completions", body(MODEL, false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
        await().until(() -> fleet.snapshot().states().get(0).models().isEmpty());
    }

    @Test
    void theSameBytesReachTheNextServer() {
        servers.first().fault(new Fault.Status500("unexpected EOF"));
        String body = body(MODEL, false);
        post("/v1/chat/completions", body);
        assertThat(servers.all().get(1).lastPost().text()).isEqualTo(body);
    }

    @Test
    void anExhaustedFleetIsOneErrorThatListsEachServerAndWhy() {
        servers.faultEverywhere(new Fault.Status500("CUDA error: out of memory"));
        Response answer = post("/v1/chat/completions", body(MODEL, true));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
        assertThat(answer.header("X-Cortex-Server")).isNull();
        assertThat(answer.header("x-request-id")).isNotBlank();
        String message = answer.jsonPath().getString("error.message");
        servers.all()
                .forEach(server ->
                        assertThat(message)
                                .contains(
                                        address(server)
                                                + " (it answered 500: cuda, out of memory)"));
    }

    @Test
    void aRequestThatNoServerCouldServeIsNotSpreadNorCounted() {
        servers.faultEverywhere(new Fault.Status500("failed to parse grammar"));
        for (int i = 0; i < 20; i++) {
            Response answer = post("/v1/chat/completions", body(MODEL, false));
            assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("1");
            assertThat(answer.asString()).contains("failed to parse grammar");
        }
        assertThat(breakers()).containsOnly(CircuitBreakerState.CLOSED);
    }

    @Test
    void anUnclearErrorThatTwoServersRepeatIsTheRequests() {
        servers.faultEverywhere(new Fault.Status500("something odd"));
        for (int i = 0; i < 20; i++) {
            Response answer = post("/v1/chat/completions", body(MODEL, false));
            assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
            assertThat(answer.asString()).contains("something odd");
        }
        assertThat(breakers()).containsOnly(CircuitBreakerState.CLOSED);
    }

    @Test
    void aLoneServersUnclearErrorReachesTheClientInItsOwnWords() {
        servers.first().fault(new Fault.Status500("something odd"));
        for (int i = 0; i < 20; i++) {
            Response answer = post("/v1/chat/completions", body(FIRST_ONLY, false));
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.asString()).contains("something odd");
        }
        assertThat(breakers()).containsOnly(CircuitBreakerState.CLOSED);
    }

    @Test
    void aFleetThatIsDownSaysSoAndNotThatItLacksTheModel() {
        servers.faultEverywhere(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        Response answer = post("/v1/chat/completions", body("never-seen:1b", false));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.jsonPath().getString("error.message"))
                .contains("down: connection refused");
    }

    @Test
    void openBreakersEverywhereAreA503ThatSaysWhenToComeBack() {
        servers.faultEverywhere(new Fault.CutReset(0));
        await().until(() -> {
            post("/v1/chat/completions", body(MODEL, false));
            return breakers().stream().allMatch(CircuitBreakerState.OPEN::equals);
        });
        Response answer = post("/v1/chat/completions", body(MODEL, false));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.jsonPath().getString("error.code")).isEqualTo("server_unavailable");
        assertThat(answer.jsonPath().getString("error.message")).contains("its breaker is open");
    }

    @Test
    void aServerWhoseBreakerOpenedServesAgainOnceItAnswers() {
        servers.faultEverywhere(new Fault.CutReset(0));
        await().until(() -> {
            post("/v1/chat/completions", body(FIRST_ONLY, false));
            return breakers().getFirst() == CircuitBreakerState.OPEN;
        });
        servers.heal();
        await().until(() ->
                post("/v1/chat/completions", body(FIRST_ONLY, false)).statusCode() == 200);
        // the client has its answer a moment before the breaker has the outcome
        await().untilAsserted(() ->
                assertThat(breakers().getFirst()).isEqualTo(CircuitBreakerState.CLOSED));
    }

    @Test
    void aServerThatHangsIsSkippedAfterwardsAndUsedAgainOnceItRecovers() {
        servers.first().fault(new Fault.Stopped());
        assertThat(post("/api/chat", body(MODEL, true)).header("X-Cortex-Attempts")).isEqualTo("2");
        for (int i = 0; i < 5; i++) {
            assertThat(post("/api/chat", body(MODEL, true)).header("X-Cortex-Attempts"))
                    .isEqualTo("1");
        }
        await().until(() -> fleet.snapshot().states().get(0).health() instanceof Health.Down);
        servers.heal();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        address(servers.first())
                                .equals(
                                        post("/api/chat", body(MODEL, true))
                                                .header("X-Cortex-Server")));
    }

    @Test
    void aModelPulledAMomentAgoIsFoundWithoutWaitingForTheNextProbe() {
        servers.all().get(2).models(List.of(SimulatedModel.named("fresh:1b")));
        await().until(() -> post("/api/chat", body("fresh:1b", true)).statusCode() == 200);
    }

    @Test
    void aServerThatIsBackIsUsedWithoutWaitingForTheNextProbe() {
        servers.first().fault(new Fault.Refuse());
        assertThat(post("/api/chat", body(FIRST_ONLY, true)).statusCode()).isEqualTo(502);
        await().until(() -> fleet.snapshot().states().get(0).health() instanceof Health.Down);
        Response down = post("/api/chat", body(FIRST_ONLY, true));
        assertThat(down.statusCode()).isEqualTo(503);
        assertThat(down.jsonPath().getString("error")).contains("down: connection refused");
        servers.heal();
        await().until(() -> post("/api/chat", body(FIRST_ONLY, true)).statusCode() == 200);
    }

    private List<CircuitBreakerState> breakers() {
        return fleet.snapshot().states().stream().map(s -> s.server().breakerState()).toList();
    }
}
