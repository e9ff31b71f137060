package dev.aicortex.routing;

import java.time.Duration;

/** How long a server may take until the first byte of its answer. */
public final class FirstByte {
    /** However short a load was before. */
    private static final Duration LEAST_LOAD = Duration.ofSeconds(30);

    /** Prompts of unknown speed are taken to be evaluated on a slow CPU: ms for 1,024 bytes. */
    private static final double SLOW = 2_500;

    private static final double FACTOR = 4;

    private FirstByte() {}

    /**
     * For a load.
     *
     * @param measuredMillis that it took before; 0 = unknown
     * @param factor times as long it may take
     * @param most in any case
     */
    public static Duration ofLoad(double measuredMillis, double factor, Duration most) {
        return measuredMillis <= 0
                ? most
                : shorter(most, longer(LEAST_LOAD, millis(measuredMillis * factor)));
    }

    /**
     * For a stream of a model that is in memory: as long as configured, and several times what is
     * expected.
     *
     * @param expected there
     * @param perKilobyte milliseconds that 1,024 bytes of prompt take; 0 = unknown
     * @param promptBytes that have to be evaluated
     */
    public static Duration ofResident(
            Duration configured,
            Expectation expected,
            double perKilobyte,
            long promptBytes,
            Duration most) {
        double prefill = perKilobyte > 0 ? expected.prefill() : promptBytes * SLOW / 1024;
        return shorter(most, configured.plus(millis(FACTOR * (expected.queue() + prefill))));
    }

    private static Duration millis(double millis) {
        return Duration.ofMillis((long) millis);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
