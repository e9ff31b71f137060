package dev.aicortex.gateway.dispatch;

import io.quarkus.runtime.shutdown.ShutdownConfig;
import java.time.Duration;

/**
 * How long a gateway that was told to stop goes on.
 *
 * @param delay how long it still takes new requests, so that load balancers get to notice
 * @param timeout how long after that the running ones may go on
 */
record Grace(Duration delay, Duration timeout) {
    /** What the last write to a client may take; kept back from the end of the whole. */
    static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** What Quarkus will wait; nothing in dev mode. */
    static Grace of(ShutdownConfig config) {
        return new Grace(
                config.isDelayEnabled() ? config.delay().orElseThrow() : Duration.ZERO,
                config.isTimeoutEnabled() ? config.timeout().orElseThrow() : Duration.ZERO);
    }

    /** Whether a request that comes so long after the signal is served. */
    boolean admits(Duration sinceSignal) {
        return sinceSignal.compareTo(delay) < 0;
    }

    /** After which Quarkus closes the connections, whatever they carry. */
    Duration whole() {
        return delay.plus(timeout);
    }

    /** After which running answers are ended in words, while there is time for words. */
    Duration untilCut() {
        Duration share = whole().dividedBy(5);
        return whole().minus(share.compareTo(LAST_WORDS) < 0 ? share : LAST_WORDS);
    }
}
