package dev.aicortex.fleet.observed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.testing.StepClock;
import dev.aicortex.testing.TestConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** With a delay that the library, which has its own clock, sees pass at once. */
@QuarkusTest
class BreakerTest {
    private static final Duration DELAY = Duration.ofMillis(1);
    private static final CortexConfig.Breaker CONFIG =
            TestConfig.of(Map.of("cortex.breaker.window", "4", "cortex.breaker.delay", "1ms"))
                    .breaker();

    @Inject MeterRegistry meters;

    private final StepClock clock = new StepClock();
    private final String name = "server " + UUID.randomUUID();
    private final Breaker breaker = new Breaker(name, CONFIG, clock);

    private void told(Breaker.Sign... signs) {
        for (Breaker.Sign sign : signs) {
            breaker.told(breaker.pass(), sign);
        }
    }

    private void opened() {
        told(Breaker.Sign.GOOD, Breaker.Sign.GOOD, Breaker.Sign.STRIKE, Breaker.Sign.STRIKE);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.OPEN);
    }

    /** Until the library's own delay is over as well. */
    private void tries(Breaker.Sign sign, CircuitBreakerState then) {
        await().until(() -> {
            clock.step(DELAY.toMillis());
            breaker.told(breaker.pass(), sign);
            return breaker.state() == then;
        });
    }

    @Test
    void opensAtHalfAWindowOfStrikes() {
        told(Breaker.Sign.STRIKE, Breaker.Sign.GOOD, Breaker.Sign.GOOD);
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.FREE);
        told(Breaker.Sign.STRIKE);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.OPEN);
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.NONE);
        assertThat(breaker.remainingDelay()).isEqualTo(DELAY);
    }

    @Test
    void whatShowsNothingDoesNotCount() {
        told(Breaker.Sign.STRIKE, Breaker.Sign.NOTHING, Breaker.Sign.NOTHING, Breaker.Sign.NOTHING);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    @Test
    void aStrikeThatShowsLaterCounts() {
        told(Breaker.Sign.GOOD, Breaker.Sign.GOOD);
        breaker.strike();
        breaker.strike();
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.OPEN);
    }

    @Test
    void oneRequestTriesAndTheOthersStayAway() {
        opened();
        clock.step(DELAY.toMillis());
        assertThat(breaker.remainingDelay()).isZero();
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.TRIAL);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.HALF_OPEN);
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.NONE);
        assertThat(breaker.remainingDelay()).isPositive();
    }

    @Test
    void closesWhenTheOneThatTriesIsAnswered() {
        opened();
        tries(Breaker.Sign.GOOD, CircuitBreakerState.CLOSED);
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.FREE);
    }

    @Test
    void aTrialThatFailsOrShowsNothingWaitsAnew() {
        opened();
        for (Breaker.Sign sign : new Breaker.Sign[] {Breaker.Sign.STRIKE, Breaker.Sign.NOTHING}) {
            tries(sign, CircuitBreakerState.OPEN);
            assertThat(breaker.pass()).isEqualTo(Breaker.Pass.NONE);
            assertThat(breaker.remainingDelay()).isEqualTo(DELAY);
        }
    }

    @Test
    void aResetClosesIt() {
        opened();
        breaker.reset();
        assertThat(breaker.pass()).isEqualTo(Breaker.Pass.FREE);
        told(Breaker.Sign.STRIKE, Breaker.Sign.STRIKE);
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    @Test
    void itsMetersCarryItsName() {
        told(Breaker.Sign.GOOD);
        assertThat(
                        meters.getMeters().stream()
                                .filter(meter ->
                                        meter.getId().getName().startsWith("ft.circuitbreaker"))
                                .map(meter -> meter.getId().getTag("method"))
                                .collect(Collectors.toSet()))
                .contains(name);
    }
}
