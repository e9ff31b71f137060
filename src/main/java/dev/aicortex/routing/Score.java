package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/** How good a candidate is under each policy: the lower the better. Pure. */
final class Score {
    /** Expected times that differ by less than this much are equal. */
    private static final double MILLIS = 10;

    /** The bits of a double's fraction that count: steps of a quarter. */
    private static final int DROPPED_BITS = 50;

    private Score() {}

    static double of(Ask ask, Facts facts, int index, int size) {
        return switch (ask.policy()) {
            case EXPECTED_FIRST_TOKEN -> coarse(Expectation.cost(facts, ask.prompt().bytes()));
            case LEAST_BUSY -> 0;
            case ROUND_ROBIN -> Math.floorMod(index - ask.turn(), size);
            case PRIORITY -> priority(facts);
            case WEIGHTED -> -Math.log(Rendezvous.share(ask.turn(), index)) / facts.weight();
        };
    }

    /** A measurement is no truth: what is about as good is as good, and something else decides. */
    static double coarse(double millis) {
        long bits = Double.doubleToRawLongBits(millis + MILLIS);
        return Double.longBitsToDouble(bits >>> DROPPED_BITS << DROPPED_BITS);
    }

    /** One without a free place comes after all that have one. */
    private static double priority(Facts facts) {
        boolean full = facts.inFlight() >= facts.parallel();
        return (full ? 1e10 : 0) + facts.priority();
    }
}
