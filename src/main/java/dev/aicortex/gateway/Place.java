package dev.aicortex.gateway;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;

/** What a request got when it asked for a place. */
sealed interface Place {
    /**
     * One on a server, which is kept for it: an attempt or a release must follow.
     *
     * @param index of the server in the pool
     * @param ask what it was chosen for
     * @param facts what is known of the server, the request itself left out
     */
    record Reserved(Pool pool, int index, Ask ask, Facts facts) implements Place {
        /** One that has just been taken. */
        static Reserved of(Pool pool, int index, Ask ask) {
            long now = pool.server(index).nowMillis();
            return new Reserved(
                    pool, index, ask, pool.facts(index, ask.prompt(), now).withoutOne());
        }

        Holding holding() {
            return pool.holding(index);
        }

        Server server() {
            return pool.server(index);
        }

        Expectation expected() {
            return Expectation.of(facts, ask.prompt().bytes());
        }

        void release() {
            server().release();
        }
    }

    /** No server may be asked. */
    record Nowhere() implements Place {}
}
