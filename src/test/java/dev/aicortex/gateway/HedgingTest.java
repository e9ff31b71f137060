package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.Streamed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream whose first byte is late is asked of a second server too. */
@QuarkusTest
@TestProfile(HedgedGateway.class)
class HedgingTest extends GatewayFlow {
    private static final String PATH = "/v1/chat/completions";

    @Inject MeterRegistry registry;

    /**
     * In memory everywhere; and enough requests that it is known what is usual, and one is earned.
     */
    @BeforeEach
    void learnWhatIsUsual() {
        servers.all().forEach(server -> post(address(server) + PATH, body(MODEL, false)));
        FleetFixtures.reset(fleet);
        for (int i = 0; i < 45; i++) {
            post(PATH, body(MODEL, true));
        }
        await().until(() -> inFlight() == 0);
    }

    private double hedges(String result) {
        return registry.counter("cortex.hedges", "result", result).count();
    }

    private double attempts(String outcome) {
        return registry.find("cortex.attempts").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private int strikes() {
        return fleet.snapshot().states().stream().mapToInt(s -> s.server().strikes()).sum();
    }

    /** The server that has the prompt in its cache gets it again. */
    private SimulatedServer next() {
        String last = post(PATH, body(MODEL, true)).header("X-Cortex-Server");
        return servers.all().stream()
                .filter(server -> address(server).equals(last))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSecondServerAnswersAndTheFirstIsStopped() {
        SimulatedServer slow = next();
        double won = hedges("won");
        double gone = attempts("client_gone");
        double outrun = attempts("outrun");
        slow.fault(new Fault.HangBeforeHead());
        long cancelled = slow.counters().cancelled();
        Response answer = post(PATH, body(MODEL, true));
        assertThat(Streamed.of(PATH, answer.asString()).ends()).isEqualTo(1);
        assertThat(answer.header("X-Cortex-Server")).isNotEqualTo(address(slow));
        await().until(() -> slow.counters().cancelled() == cancelled + 1);
        await().until(() -> hedges("won") == won + 1 && inFlight() == 0);
        assertThat(attempts("outrun")).isEqualTo(outrun + 1);
        assertThat(attempts("client_gone")).isEqualTo(gone);
        assertThat(strikes()).isZero();
    }

    @Test
    void aFirstServerThatIsOnlySlowWins() {
        SimulatedServer first = next();
        double lost = hedges("lost");
        servers.faultEverywhere(new Fault.HangBeforeHead());
        first.fault(new Fault.SlowFirstByte(Duration.ofMillis(900)));
        Response answer = post(PATH, body(MODEL, true));
        assertThat(Streamed.of(PATH, answer.asString()).ends()).isEqualTo(1);
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(first));
        await().until(() -> hedges("lost") == lost + 1 && workedOn() == 0 && inFlight() == 0);
        assertThat(strikes()).isZero();
    }

    @Test
    void aClientThatLeavesStopsBoth() throws IOException {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        try (RawClient client = new RawClient(gateway())) {
            client.post(PATH, body(MODEL, true));
            await().until(() -> workedOn() == 2);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(strikes()).isZero();
    }

    @Test
    void whatIsNotEarnedIsDenied() {
        double before = hedges("won") + hedges("lost");
        double denied = hedges("denied");
        for (int i = 0; i < 12; i++) {
            SimulatedServer slow = next();
            slow.fault(new Fault.SlowFirstByte(Duration.ofMillis(400)));
            assertThat(post(PATH, body(MODEL, true)).statusCode()).isEqualTo(200);
            slow.fault(Fault.none());
        }
        assertThat(hedges("won") + hedges("lost") - before).isLessThanOrEqualTo(6);
        await().until(() -> hedges("denied") > denied);
    }

    @Test
    void otherModelsAndWholeAnswersAreAskedForOnce() {
        SimulatedServer slow = next();
        double before = hedges("won") + hedges("lost") + hedges("denied");
        servers.faultEverywhere(new Fault.SlowFirstByte(Duration.ofMillis(400)));
        post(PATH, body(FIRST_ONLY, true));
        servers.faultEverywhere(Fault.none());
        slow.fault(new Fault.SlowFirstByte(Duration.ofMillis(400)));
        post(PATH, body(MODEL, false));
        assertThat(hedges("won") + hedges("lost") + hedges("denied")).isEqualTo(before);
    }
}
