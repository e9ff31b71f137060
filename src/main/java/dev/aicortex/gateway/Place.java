package dev.aicortex.gateway;

import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.routing.Ask;

/** What a request got when it asked for a place. */
sealed interface Place {
    /**
     * One on a server, which is kept for it: an attempt or a release must follow.
     *
     * @param index of the server in the pool
     * @param ask what it was chosen for
     */
    record Reserved(Pool pool, int index, Ask ask) implements Place {
        Holding holding() {
            return pool.holding(index);
        }

        void release() {
            holding().server().release();
        }
    }

    /** No server may be asked. */
    record Nowhere() implements Place {}
}
