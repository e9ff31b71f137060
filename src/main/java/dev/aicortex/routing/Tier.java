package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/** What comes before any policy: 0 is asked first. */
final class Tier {
    private static final int UNDERUSED = 0;
    private static final int GOOD = 1;
    private static final int CROWDED = 2;
    static final int DOUBTFUL = 3;

    private Tier() {}

    static int of(Facts facts, Crowding crowding) {
        if (facts.doubtful()) {
            return DOUBTFUL;
        }
        if (crowding.of(facts)) {
            return CROWDED;
        }
        return crowding.leavesOut(facts) ? UNDERUSED : GOOD;
    }
}
