package dev.aicortex.fleet;

/**
 * How fast a model is, as exponentially weighted means of what its answers showed. Immutable; 0
 * where nothing is known yet.
 *
 * @param loadMillis into memory
 * @param perKilobyte milliseconds for 1,024 bytes of prompt that no cache has
 * @param serviceMillis for which an answer holds one of the server's places
 * @param reuse the share of what we believe to be cached that was found to be, 0 to 1
 * @param answers how many were learned from
 */
public record Speeds(
        double loadMillis, double perKilobyte, double serviceMillis, double reuse, long answers) {
    public static final Speeds UNKNOWN = new Speeds(0, 0, 0, 1, 0);

    /** Of the newest measurement. */
    private static final double WEIGHT = 0.2;

    private static final double TRUER_WEIGHT = 0.5;

    /** With one more answer. */
    public Speeds learned(Timing timing) {
        return new Speeds(
                mean(loadMillis, timing.loaded() ? timing.load() : 0),
                prefill(timing.perKilobyte(reuse)),
                mean(serviceMillis, timing.service()),
                reuse(timing),
                answers + 1);
    }

    /**
     * A cache that we do not know of only makes a server look faster: a slower measurement is the
     * truer one.
     */
    private double prefill(double measured) {
        return measured > perKilobyte && perKilobyte > 0
                ? perKilobyte + TRUER_WEIGHT * (measured - perKilobyte)
                : mean(perKilobyte, measured);
    }

    /** How much of the prompt was cached shows in how long the evaluation took. */
    private double reuse(Timing timing) {
        double found = timing.reuse(perKilobyte);
        return found < 0 ? reuse : reuse + WEIGHT * (found - reuse);
    }

    /** The first measurement is believed; a measurement of 0 is none. */
    private static double mean(double before, double measured) {
        if (measured <= 0) {
            return before;
        }
        return before == 0 ? measured : before + WEIGHT * (measured - before);
    }

    /** These, and where they are unknown {@code typical} ones. */
    public Speeds or(Speeds typical) {
        return new Speeds(
                loadMillis > 0 ? loadMillis : typical.loadMillis,
                perKilobyte > 0 ? perKilobyte : typical.perKilobyte,
                serviceMillis > 0 ? serviceMillis : typical.serviceMillis,
                reuse,
                answers);
    }

    /** The same for a server that is so many times as slow. */
    public Speeds times(double factor) {
        return new Speeds(
                loadMillis * factor, perKilobyte * factor, serviceMillis * factor, reuse, answers);
    }
}
