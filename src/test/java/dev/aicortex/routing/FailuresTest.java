package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.routing.Failures.Candidate;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    private static final Reply ODD = new Reply(500, "application/json", Buffer.buffer("odd"));
    private static final Reply BUSY = new Reply(503, "application/json", Buffer.buffer("busy"));

    private final Failures failures = new Failures();
    private final Candidate a = candidate(0, Duration.ZERO);
    private final Candidate b = candidate(1, Duration.ZERO);

    private static Candidate candidate(int position, Duration breakerWait) {
        return new Candidate(state(position, new Health.Up(Instant.EPOCH)), breakerWait);
    }

    private static Candidate down(int position, String reason) {
        return Candidate.of(state(position, new Health.Down(Instant.EPOCH, reason)));
    }

    private static ServerState state(int position, Health health) {
        return new ServerState(FleetFixtures.server(position), health, "", Map.of(), List.of());
    }

    private CortexException error(Candidate... candidates) {
        return failures.error("m", List.of(candidates), Duration.ofSeconds(5));
    }

    @Test
    void listEachServerAndWhy() {
        failures.add(a.state().server(), new Outcome.Refused("connection refused"));
        failures.add(b.state().server(), Outcome.Broken.because("no first byte within 300.0 s"));
        CortexException error = error(a, b, down(2, "no answer in time"));
        assertThat(error.status()).isEqualTo(502);
        assertThat(error.text())
                .isEqualTo(
                        "no server could answer for model 'm': http://server-0:11434 (connection refused), "
                                + "http://server-1:11434 (no first byte within 300.0 s), "
                                + "http://server-2:11434 (down: no answer in time)");
    }

    @Test
    void areUnavailableUntilTheFirstBreakerLetsATryThrough() {
        ServerException error =
                (ServerException)
                        error(
                                candidate(0, Duration.ofMillis(7_200)),
                                candidate(1, Duration.ofMillis(3_100)));
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).hasValue(4);
        assertThat(error.text()).contains("its breaker is open");
    }

    @Test
    void areUnavailableWhenNobodyWasAsked() {
        failures.add(a.state().server(), Outcome.Refused.BREAKER_OPEN);
        assertThat(error(a).status()).isEqualTo(503);
    }

    @Test
    void areUnavailableWhenThereIsNoServer() {
        assertThat(error().status()).isEqualTo(503);
        assertThat(error().text())
                .isEqualTo("no server could answer for model 'm': the fleet has none");
    }

    @Test
    void repeatTheOnlyServersWordsWhenTheyDoNotShowWhoseFaultItIs() {
        failures.add(a.state().server(), Outcome.Broken.unclear("it answered 500", ODD));
        assertThat(failures.onlyWords()).contains(ODD);
        failures.add(b.state().server(), new Outcome.Refused("connection refused"));
        assertThat(failures.onlyWords()).isEmpty();
    }

    @Test
    void areA404WhenEveryServerLostTheModel() {
        failures.add(a.state().server(), Outcome.Lost.MODEL);
        failures.add(b.state().server(), Outcome.Lost.MODEL);
        assertThat(error(a, b)).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void areA503WhenEveryServerIsBusy() {
        failures.add(a.state().server(), new Outcome.Full(BUSY));
        assertThat(error(a).status()).isEqualTo(503);
        failures.add(b.state().server(), new Outcome.Refused("connection refused"));
        assertThat(error(a, b).status()).isEqualTo(502);
    }

    @Test
    void blameTheRequestWhenTwoServersSayTheSame() {
        assertThat(failures.confirmed(ODD)).isFalse();
        failures.add(a.state().server(), Outcome.Broken.unclear("it answered 500", ODD));
        assertThat(failures.confirmed(ODD)).isTrue();
        assertThat(failures.confirmed(BUSY)).isFalse();
        assertThat(failures.unclear()).containsExactly(a.state().server());
        failures.acquit();
        assertThat(failures.unclear()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "404, 404, 404, route_not_supported",
        "413, 413, 413, request_too_large",
        "422, 422, 422, invalid_request",
        "413, 404, 502, server_error",
        "0, 0, 502, server_error",
    })
    void areTheStatusWithWhichAllTurnedTheRequestAway(int one, int other, int told, String code) {
        failures.add(a.state().server(), new Outcome.Lost("one", one));
        failures.add(b.state().server(), new Outcome.Lost("other", other));
        CortexException error = error(a, b);
        assertThat(error.status()).isEqualTo(told);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.text()).contains("(one)", "(other)");
    }
}
