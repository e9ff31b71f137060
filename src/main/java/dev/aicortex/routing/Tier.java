package dev.aicortex.routing;

import dev.aicortex.fleet.Facts;

/** What comes before any policy: 0 is asked first. */
final class Tier {
    private static final int GOOD = 0;
    private static final int CROWDED = 1;
    private static final int DOUBTFUL = 2;

    private Tier() {}

    /**
     * @param most requests that a server which has the model in memory may have in flight
     */
    static int of(Facts facts, int most) {
        if (facts.doubtful()) {
            return DOUBTFUL;
        }
        return facts.resident() && facts.inFlight() >= most ? CROWDED : GOOD;
    }
}
