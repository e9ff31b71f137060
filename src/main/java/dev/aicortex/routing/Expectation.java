package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/**
 * What has to happen on a server before the first token of an answer, in milliseconds.
 *
 * @param queue until a place is free, and the prompts before it are evaluated
 * @param load until the model is in memory
 * @param prefill of the part of the prompt that is not cached there
 * @param others what those whose prompts leave the cache for this one wait longer, later
 */
public record Expectation(double queue, double load, double prefill, double others) {
    /** Expected times that differ by less than this much are equal. */
    private static final double MILLIS = 10;

    /** How much a fleet that is all busy counts: half, so that work counts twice. */
    private static final double MOST_BUSY = 0.5;

    /** The bits of a double's fraction that do not count: what is left are steps of a quarter. */
    private static final int DROPPED_BITS = 50;

    /** What is not known is taken to be quick, so that it gets tried. */
    public static Expectation of(Facts facts, long promptBytes) {
        // each place comes free once a service time, and those before us take the first ones
        int ahead = Math.max(0, facts.inFlight() + 1 - facts.parallel());
        double perByte = facts.perKilobyte() / 1024;
        return new Expectation(
                Math.max(ahead * facts.service() / facts.parallel(), facts.evaluating()),
                facts.load(),
                (promptBytes - facts.cachedBytes()) * perByte,
                facts.pushedOut() * perByte);
    }

    /** Until the first token. */
    public double millis() {
        return queue + load + prefill;
    }

    /**
     * How many times its length work counts where servers are busy: while one works others wait, so
     * to wait for a server that need not work costs all of them less.
     *
     * @param working requests at work
     * @param places for them
     */
    static double toll(double working, double places) {
        return places == 0 ? 1 : 1 / (1 - MOST_BUSY * Math.min(1, working / places));
    }

    /**
     * What servers are compared by: with what it costs others. A measurement is no truth, so what
     * is about as good is as good, and something else decides.
     */
    double cost(double toll) {
        long bits = Double.doubleToRawLongBits(queue + (load + prefill + others) * toll + MILLIS);
        return Double.longBitsToDouble(bits >>> DROPPED_BITS << DROPPED_BITS);
    }
}
