package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/** One server's circuit breaker around connect-to-first-byte. */
final class Breaker {
    private static final TypeLiteral<Uni<Outcome>> OUTCOME = new TypeLiteral<>() {};

    /** How long to wait for the verdict of the one request that tries. */
    private static final Duration TRIAL = Duration.ofSeconds(1);

    private final String name;
    private final CortexConfig.Breaker config;
    private final Clock clock;
    private volatile @Nullable TypedGuard<Uni<Outcome>> guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile boolean trying;
    private volatile Instant openedAt = Instant.EPOCH;

    Breaker(String name, CortexConfig.Breaker config, Clock clock) {
        this.name = name;
        this.config = config;
        this.clock = clock;
    }

    /** Built when first used: decisions can be tested without a container. */
    private TypedGuard<Uni<Outcome>> guard() {
        TypedGuard<Uni<Outcome>> built = guard;
        return built != null ? built : buildOnce();
    }

    private synchronized TypedGuard<Uni<Outcome>> buildOnce() {
        TypedGuard<Uni<Outcome>> built = guard;
        if (built == null) {
            built = build();
            guard = built;
        }
        return built;
    }

    private TypedGuard<Uni<Outcome>> build() {
        return TypedGuard.create(OUTCOME)
                .withDescription(name)
                .withThreadOffload(false)
                .withCircuitBreaker()
                .name(name)
                .requestVolumeThreshold(config.window())
                .failureRatio(config.failureRatio())
                .delay(config.delay().toMillis(), ChronoUnit.MILLIS)
                .failOn(StruckException.class)
                .onStateChange(this::changed)
                .done()
                .build();
    }

    private void changed(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN) {
            openedAt = clock.instant();
        }
        state = next;
    }

    /** Runs the attempt unless the breaker is open; a {@link StruckException} counts against it. */
    Uni<Outcome> call(Supplier<Uni<Outcome>> attempt) {
        return guard().get(() -> tried(attempt))
                .onFailure(CircuitBreakerOpenException.class)
                .recoverWithItem(Outcome.Refused.BREAKER_OPEN)
                .onFailure(StruckException.class)
                .recoverWithItem(StruckException::outcome);
    }

    private Uni<Outcome> tried(Supplier<Uni<Outcome>> attempt) {
        if (!halfOpen()) {
            return attempt.get();
        }
        trying = true;
        return attempt.get().onTermination().invoke(() -> trying = false);
    }

    /** Counts a failure that became visible only after the first byte. */
    void strike(Outcome outcome) {
        call(() -> Uni.createFrom().failure(new StruckException(outcome)))
                .subscribe()
                .with(_ -> {});
    }

    CircuitBreakerState state() {
        return state;
    }

    boolean halfOpen() {
        return state == CircuitBreakerState.HALF_OPEN;
    }

    /** How long it keeps requests away from now on; zero when one may try. */
    Duration remainingDelay() {
        if (state == CircuitBreakerState.HALF_OPEN) {
            return trying ? TRIAL : Duration.ZERO;
        }
        if (state == CircuitBreakerState.CLOSED) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), openedAt.plus(config.delay()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    void reset() {
        if (guard != null) {
            CircuitBreakerMaintenance.get().reset(name);
        }
        state = CircuitBreakerState.CLOSED; // a reset is no change that the library tells of
    }

    /** Carries an outcome that counts through the guard. */
    static final class StruckException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        StruckException(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }

        Outcome outcome() {
            return outcome;
        }
    }
}
