package dev.aicortex.fleet;

/**
 * How fast a model is, as exponentially weighted means of what its answers showed. Immutable; 0
 * where nothing is known yet.
 *
 * @param loadMillis into memory
 * @param perKilobyte milliseconds for 1,024 bytes of prompt that no cache has
 * @param serviceMillis for which an answer holds one of the server's places
 * @param answers how many were learned from
 */
public record Speeds(double loadMillis, double perKilobyte, double serviceMillis, long answers) {
    public static final Speeds UNKNOWN = new Speeds(0, 0, 0, 0);

    /** Of the newest measurement. */
    private static final double WEIGHT = 0.2;

    /** With one more answer. */
    public Speeds learned(Timing timing) {
        return new Speeds(
                mean(loadMillis, timing.loaded() ? timing.load() : 0),
                mean(perKilobyte, timing.perKilobyte()),
                mean(serviceMillis, timing.service()),
                answers + 1);
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
                answers);
    }

    /** The same for a server that is so many times as slow. */
    public Speeds times(double factor) {
        return new Speeds(
                loadMillis * factor, perKilobyte * factor, serviceMillis * factor, answers);
    }
}
