package dev.aicortex.fleet;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the holdings of one content on all servers tell each other: when one gets into a memory or
 * leaves it, and where prompts went. So nobody has to look at each of them to find out.
 */
final class Roster {
    private final AtomicInteger turns = new AtomicInteger();
    private final Trails trails = new Trails();

    /** A holding has become warm or cold; to be called after it has. */
    void turned() {
        turns.incrementAndGet();
    }

    /** What was found out before this changed has to be found out again. */
    int turns() {
        return turns.get();
    }

    Trails trails() {
        return trails;
    }
}
