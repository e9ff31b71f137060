package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Rejected;
import java.util.ArrayDeque;
import java.util.Deque;

/** Where requests run: so many at once; the others wait in the order in which they came. */
final class Places {
    private final int count;
    private final int mostWaiting;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int running;

    /** A request that waits for a place. */
    private record Waiting(Exchange exchange, Runnable run) {}

    /**
     * @param mostWaiting a further request is answered 503
     */
    Places(int count, int mostWaiting) {
        this.count = count;
        this.mostWaiting = mostWaiting;
    }

    /** Runs this when a place is free; the place is free again when the exchange is over. */
    void take(Exchange x, Runnable run) {
        if (running < count) {
            occupy(new Waiting(x, run));
        } else if (queue.size() < mostWaiting) {
            queue.addLast(new Waiting(x, run));
            x.whenOver(end -> queue.removeIf(waiting -> waiting.exchange() == x));
        } else {
            throw Rejected.busy();
        }
    }

    private void occupy(Waiting waiting) {
        running++;
        waiting.exchange().whenOver(end -> vacate());
        waiting.exchange().proceed(waiting.run());
    }

    private void vacate() {
        running--;
        Waiting next = queue.pollFirst();
        if (next != null) {
            occupy(next);
        }
    }
}
