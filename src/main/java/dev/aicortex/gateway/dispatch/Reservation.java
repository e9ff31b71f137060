package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Expectation;

/**
 * A free slot of a server that a request holds: an attempt or a {@link #release} must follow.
 *
 * @param index of the server in the pool
 * @param ask what it was chosen for
 * @param facts what is known of the server, the request itself left out
 */
public record Reservation(Pool pool, int index, Ask ask, Facts facts) {
    /** Of a slot that has just been taken. */
    static Reservation of(Pool pool, int index, Ask ask) {
        long now = pool.server(index).nowMillis();
        return new Reservation(pool, index, ask, pool.factsWithoutOne(index, ask.prompt(), now));
    }

    Holding holding() {
        return pool.holding(index);
    }

    Server server() {
        return pool.server(index);
    }

    public Expectation expected() {
        return Expectation.of(facts, ask.prompt().bytes());
    }

    void release() {
        holding().release();
    }
}
