package dev.aicortex.simulator;

import java.util.ArrayList;
import java.util.List;

/** Whether a server is stopped, and what it has left undone since. */
final class Halt {
    private final List<Runnable> held = new ArrayList<>();
    private volatile boolean stopped;

    void stop() {
        stopped = true;
    }

    boolean stopped() {
        return stopped;
    }

    /** Goes on with all that was held; on the server's event loop. */
    void resume() {
        stopped = false;
        List<Runnable> due = List.copyOf(held);
        held.clear();
        due.forEach(Runnable::run);
    }

    /** Whether this has to wait; then it is run when the server goes on. On its event loop. */
    boolean holds(Runnable next) {
        return stopped && held.add(next);
    }
}
