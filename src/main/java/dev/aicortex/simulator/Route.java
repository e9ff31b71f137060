package dev.aicortex.simulator;

import java.util.function.Consumer;

/**
 * What answers a request.
 *
 * @param inference whether it counts as inference, for the counters and for faults
 */
record Route(Dialect dialect, boolean inference, Consumer<Exchange> handler) {
    static Route plain(Dialect dialect, Consumer<Exchange> handler) {
        return new Route(dialect, false, handler);
    }

    static Route inference(Dialect dialect, Consumer<Exchange> handler) {
        return new Route(dialect, true, handler);
    }
}
