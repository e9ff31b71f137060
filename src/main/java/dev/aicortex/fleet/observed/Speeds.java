package dev.aicortex.fleet.observed;

/**
 * How fast a model is, as exponentially weighted means of what its answers showed. Immutable; 0
 * where nothing is known yet.
 *
 * @param loadMillis into memory
 * @param perKilobyte milliseconds for 1,024 bytes of prompt that no cache has
 * @param serviceMillis for which an answer holds one of the server's places
 * @param reuse the share of what we believe to be cached that was found to be, 0 to 1
 */
public record Speeds(double loadMillis, double perKilobyte, double serviceMillis, double reuse) {
    public static final Speeds UNKNOWN = new Speeds(0, 0, 0, 1);

    /** Of the newest measurement. */
    private static final double WEIGHT = 0.2;

    private static final double TRUER_WEIGHT = 0.5;

    /** With one more answer. */
    public Speeds learned(Timing timing) {
        return new Speeds(
                mean(loadMillis, timing.loaded() ? timing.load() : 0),
                prefill(timing.perKilobyte(reuse)),
                mean(serviceMillis, timing.service()),
                reuse(timing));
    }

    /** A cache that we do not know of makes a server look faster: slower is truer. */
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

    /** These, and where they are unknown {@code factor} times those of typical servers. */
    public Speeds or(Speeds typical, double factor) {
        return new Speeds(
                loadMillis > 0 ? loadMillis : typical.loadMillis * factor,
                perKilobyte > 0 ? perKilobyte : typical.perKilobyte * factor,
                serviceMillis > 0 ? serviceMillis : typical.serviceMillis * factor,
                reuse);
    }

    /**
     * What one answer took, as its server tells it and as our clock has it. Milliseconds; 0 where
     * it was not said or could not be seen.
     *
     * @param load of the model into memory
     * @param prompt evaluation of the part that no cache had
     * @param service in which it held one of the server's places
     * @param promptBytes of the prompt
     * @param cachedBytes the part of them that was believed to be cached
     */
    public record Timing(
            double load, double prompt, double service, long promptBytes, long cachedBytes) {
        /** An answer that told nothing. */
        public static final Timing NOTHING = new Timing(0, 0, 0, 0, 0);

        /** Native answers tell of a few milliseconds for a model that is loaded already. */
        private static final double REAL_LOAD = 250;

        /** Below this a prompt's time is mostly that of a fixed start. */
        private static final long TELLING_BYTES = 512;

        /** More than this share is all: the rest is noise. */
        private static final double ALL = 0.8;

        /** However little there is to evaluate, in milliseconds. */
        private static final double START = 20;

        /** Whether the model had to be loaded for this answer. */
        public boolean loaded() {
            return load >= REAL_LOAD;
        }

        /**
         * Milliseconds for 1,024 bytes of prompt; 0 when too little of it had to be evaluated to
         * tell.
         */
        double perKilobyte(double reuse) {
            double evaluated = promptBytes - cachedBytes * reuse;
            boolean tells = evaluated >= TELLING_BYTES && cachedBytes * 2 <= promptBytes;
            return tells ? prompt * 1024 / evaluated : 0;
        }

        /**
         * The share of what was believed to be cached that was found to be, from how long the
         * evaluation took; -1 when that does not tell.
         */
        public double reuse(double perKilobyte) {
            if (cachedBytes < TELLING_BYTES || perKilobyte <= 0 || prompt <= 0) {
                return -1;
            }
            double evaluated = Math.max(0, prompt - START) * 1024 / perKilobyte;
            double missing = evaluated - (promptBytes - cachedBytes);
            double found = 1 - Math.clamp(missing / cachedBytes, 0, 1);
            return found > ALL ? 1 : found;
        }
    }
}
