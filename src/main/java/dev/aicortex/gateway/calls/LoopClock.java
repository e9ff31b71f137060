package dev.aicortex.gateway.calls;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The one clock of an event loop for all limits of time on it: a coarse tick for everybody who
 * waits, in place of timers that are set and cancelled with every request. It runs while anybody
 * listens.
 */
public final class LoopClock {
    /** How late a limit may be noticed. */
    private static final long TICK_MILLIS = 50;

    private static final FastThreadLocal<LoopClock> HERE =
            new FastThreadLocal<>() {
                @Override
                protected LoopClock initialValue() {
                    return new LoopClock();
                }
            };

    private final Set<Timed> all = new LinkedHashSet<>();
    private boolean runs;

    /** Somebody who waits. */
    public interface Timed {
        /**
         * Some time has passed.
         *
         * @param now on the clock of nanoTime
         */
        void tick(long now);
    }

    private LoopClock() {}

    /** That of the event loop on which this is called. */
    public static LoopClock here() {
        return HERE.get();
    }

    /** Tells somebody of each tick, until {@link #remove}. */
    public void add(Timed timed, Vertx vertx) {
        all.add(timed);
        if (!runs) {
            runs = true;
            next(vertx);
        }
    }

    public void remove(Timed timed) {
        all.remove(timed);
    }

    private void next(Vertx vertx) {
        vertx.setTimer(TICK_MILLIS, _ -> tick(vertx));
    }

    private void tick(Vertx vertx) {
        if (all.isEmpty()) {
            runs = false;
            return;
        }
        next(vertx);
        long now = System.nanoTime();
        for (Timed timed : List.copyOf(all)) {
            if (all.contains(timed)) {
                timed.tick(now);
            }
        }
    }
}
