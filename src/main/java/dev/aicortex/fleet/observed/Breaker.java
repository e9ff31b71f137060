package dev.aicortex.fleet.observed;

import dev.aicortex.config.CortexConfig;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jspecify.annotations.Nullable;

/**
 * One server's circuit breaker. It stands beside the path of a request: whether one may go is asked
 * before, what became of it is told after.
 *
 * <pre>
 *            too many strikes            its delay is over
 *   CLOSED ───────────────────▶ OPEN ─────────────────────▶ one request tries
 *      ▲                         ▲                               │
 *      │                         └──── a strike, or nothing ─────┤
 *      └────────────────────────────── it answered ──────────────┘
 * </pre>
 */
public final class Breaker {
    /** How long to wait for the verdict of the one request that tries. */
    private static final Duration TRIAL = Duration.ofSeconds(1);

    private final String name;
    private final CortexConfig.Breaker config;
    private final Clock clock;
    private final AtomicBoolean trying = new AtomicBoolean();
    private volatile @Nullable TypedGuard<Boolean> guard;
    private volatile boolean closed = true;
    private volatile Instant openedAt = Instant.EPOCH;

    /** Whether a request may go; {@code TRIAL}: as the one that tries. */
    public enum Pass {
        FREE,
        TRIAL,
        NONE
    }

    /** What a request showed of the server. */
    public enum Sign {
        GOOD,
        STRIKE,
        NOTHING
    }

    public Breaker(String name, CortexConfig.Breaker config, Clock clock) {
        this.name = name;
        this.config = config;
        this.clock = clock;
    }

    /** Whether a request may go; what it showed must be {@link #told} then. */
    public Pass pass() {
        if (closed) {
            return Pass.FREE;
        }
        return remainingDelay().isZero() && trying.compareAndSet(false, true)
                ? Pass.TRIAL
                : Pass.NONE;
    }

    /** A request that was let through showed this. */
    public void told(Pass pass, Sign sign) {
        if (sign != Sign.NOTHING) {
            count(sign == Sign.STRIKE);
        }
        if (pass == Pass.TRIAL) {
            if (!closed) {
                openedAt = clock.instant();
            }
            trying.set(false);
        }
    }

    /** Counts a failure that showed only after a request was told of. */
    public void strike() {
        count(true);
    }

    private void count(boolean strike) {
        TypedGuard<Boolean> built = guard;
        try {
            (built == null ? build() : built).get(strike ? Breaker::struck : () -> true);
        } catch (Struck | CircuitBreakerOpenException _) {
            // counted, or open already
        }
    }

    private static Boolean struck() {
        throw new Struck();
    }

    /** When first used: decisions can be tested without a container. */
    private synchronized TypedGuard<Boolean> build() {
        TypedGuard<Boolean> built = guard;
        if (built != null) {
            return built;
        }
        built =
                TypedGuard.create(Boolean.class)
                        .withDescription(name)
                        .withCircuitBreaker()
                        .name(name)
                        .requestVolumeThreshold(config.window())
                        .failureRatio(config.failureRatio())
                        .delay(config.delay().toMillis(), ChronoUnit.MILLIS)
                        .failOn(Struck.class)
                        .onStateChange(this::changed)
                        .done()
                        .build();
        guard = built;
        return built;
    }

    private void changed(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN) {
            openedAt = clock.instant();
        }
        closed = next == CircuitBreakerState.CLOSED;
    }

    /** Half open while a request tries. */
    public CircuitBreakerState state() {
        if (closed) {
            return CircuitBreakerState.CLOSED;
        }
        return trying.get() ? CircuitBreakerState.HALF_OPEN : CircuitBreakerState.OPEN;
    }

    /** How long it keeps requests away from now on; zero when one may try. */
    public Duration remainingDelay() {
        if (closed) {
            return Duration.ZERO;
        }
        if (trying.get()) {
            return TRIAL;
        }
        Duration left = Duration.between(clock.instant(), openedAt.plus(config.delay()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    public void reset() {
        if (guard != null) {
            CircuitBreakerMaintenance.get().reset(name);
        }
        closed = true; // a reset is no change that the library tells of
    }

    /** A strike, on its way through the guard. */
    private static final class Struck extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Struck() {
            super(null, null, false, false);
        }
    }
}
