package dev.aicortex.routing;

import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;

/**
 * Bounded load: however warm a server is, it does not get more than its share and a quarter, so
 * that what is hot overflows to the others and does not queue.
 */
final class Crowding {
    private static final double BOUND = 1.25;

    private Crowding() {}

    /**
     * The number of requests in flight, this one included, that none of the servers with the model
     * in memory may pass: 1.25 times their mean, rounded up.
     */
    static int mostInFlight(Candidates candidates, long nowMillis) {
        int servers = 0;
        int inFlight = 1;
        for (int i = 0; i < candidates.size(); i++) {
            Facts facts = candidates.facts(i, PromptBlocks.NONE, nowMillis);
            if (facts.open() && !facts.doubtful() && facts.resident()) {
                servers++;
                inFlight += facts.inFlight();
            }
        }
        return servers == 0 ? Integer.MAX_VALUE : (int) Math.ceil(BOUND * inFlight / servers);
    }
}
