package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/**
 * What has to happen on a server before the first token of an answer, in milliseconds.
 *
 * @param queue until a place is free
 * @param load until the model is in memory
 * @param prefill of the part of the prompt that is not cached there
 * @param others what those whose prompts leave the cache for this one wait longer, later
 */
public record Expectation(double queue, double load, double prefill, double others) {
    /** Expected times that differ by less than this much are equal. */
    private static final double MILLIS = 10;

    /** The bits of a double's fraction that do not count: what is left are steps of a quarter. */
    private static final int DROPPED_BITS = 50;

    /** What nothing is known of is taken to be quick, so that it gets tried. */
    public static Expectation of(Facts facts, long promptBytes) {
        return new Expectation(
                queue(facts), facts.load(), prefill(facts, promptBytes), others(facts));
    }

    /** The same in one number, with what it costs others: that is what servers are compared by. */
    static double cost(Facts facts, long promptBytes) {
        return queue(facts) + facts.load() + prefill(facts, promptBytes) + others(facts);
    }

    /** A measurement is no truth: what is about as good is as good, and something else decides. */
    static double coarse(double millis) {
        long bits = Double.doubleToRawLongBits(millis + MILLIS);
        return Double.longBitsToDouble(bits >>> DROPPED_BITS << DROPPED_BITS);
    }

    /** Each place comes free once a service time, and those before us take the first ones. */
    private static double queue(Facts facts) {
        int ahead = facts.inFlight() + 1 - facts.parallel();
        return ahead <= 0 ? 0 : ahead * facts.service() / facts.parallel();
    }

    private static double prefill(Facts facts, long promptBytes) {
        return (promptBytes - facts.cachedBytes()) * facts.perKilobyte() / 1024;
    }

    private static double others(Facts facts) {
        return facts.pushedOut() * facts.perKilobyte() / 1024;
    }

    /** Until the first token. */
    public double millis() {
        return queue + load + prefill;
    }
}
