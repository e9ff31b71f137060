package dev.aicortex.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** The places in which requests run at once, and the queue before them. */
final class Slots {
    private record Waiting(Exchange exchange, Runnable run) {}

    private final int parallel;
    private final int maxQueue;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private int running;

    Slots(int parallel, int maxQueue) {
        this.parallel = parallel;
        this.maxQueue = maxQueue;
    }

    /** Runs this when a place is free; the place is free again when the exchange is over. */
    void take(Exchange x, Runnable run) {
        if (running < parallel) {
            occupy(new Waiting(x, run));
        } else if (queue.size() < maxQueue) {
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
