package dev.aicortex.gateway.dispatch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The limits of time of one request. Times in nanoseconds on the clock of nanoTime. Confined to the
 * request's event loop.
 */
final class TimeBudget {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final long startedNanos = System.nanoTime();
    private long searchedNanos = startedNanos;
    private long workedNanos;
    private long totalNanos = NO_LIMIT;
    private long failoverNanos = NO_LIMIT;
    private long deadlineNanos = NO_LIMIT;

    /**
     * Sets the limits.
     *
     * @param total for the whole request; empty = any time
     * @param failover to look for a server in
     * @param deadline until an answer begins, as the client says; empty where it does not
     */
    void limit(Optional<Duration> total, Duration failover, Optional<Duration> deadline) {
        totalNanos = total.map(TimeUnit.NANOSECONDS::convert).orElse(NO_LIMIT);
        failoverNanos = TimeUnit.NANOSECONDS.convert(failover);
        deadlineNanos = deadline.map(TimeUnit.NANOSECONDS::convert).orElse(NO_LIMIT);
    }

    /** Since the request came. */
    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /**
     * How much is left until a limit that holds whatever servers do.
     *
     * @param begun whether an answer has begun, so that the client's own deadline is over
     */
    long leftNanos(long now, boolean begun) {
        long ofTotal = totalNanos == NO_LIMIT ? NO_LIMIT : totalNanos - (now - startedNanos);
        return begun || deadlineNanos == NO_LIMIT
                ? ofTotal
                : Math.min(ofTotal, deadlineNanos - (now - searchedNanos));
    }

    /**
     * For how long a server may still be looked for; a server that has the request is not hurried
     * by this.
     */
    Duration toSearch() {
        long now = System.nanoTime();
        long left = leftNanos(now, false);
        if (deadlineNanos == NO_LIMIT) {
            left = Math.min(left, failoverNanos - (now - searchedNanos - workedNanos));
        }
        return Duration.ofNanos(Math.max(0, left));
    }

    /** Whether the whole request has run out of time. */
    boolean over() {
        return leftNanos(System.nanoTime(), true) <= 0;
    }

    /** A server had it for so long, and does not answer. */
    void worked(long nanos) {
        workedNanos += nanos;
    }

    /** An answer that had begun was worth its time: the next server gets as much as it had. */
    void startOver() {
        searchedNanos = System.nanoTime();
        workedNanos = 0;
    }
}
