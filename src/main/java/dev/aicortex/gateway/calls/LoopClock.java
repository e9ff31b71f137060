package dev.aicortex.gateway.calls;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

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

    private final Map<Timed, ContextInternal> all = new LinkedHashMap<>();
    private boolean runs;

    /** Somebody who waits. */
    public interface Timed {
        /**
         * Some time has passed; called in the context in which it was added.
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
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        all.put(timed, context);
        if (!runs) {
            runs = true;
            next(context.nettyEventLoop());
        }
    }

    public void remove(Timed timed) {
        all.remove(timed);
    }

    private void next(EventLoop loop) {
        ScheduledFuture<?> _ = loop.schedule(() -> tick(loop), TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick(EventLoop loop) {
        if (all.isEmpty()) {
            runs = false;
            return;
        }
        next(loop);
        long now = System.nanoTime();
        for (Map.Entry<Timed, ContextInternal> each : List.copyOf(all.entrySet())) {
            Timed timed = each.getKey();
            if (all.containsKey(timed)) {
                each.getValue().dispatch(() -> timed.tick(now)); // what it throws is its own
            }
        }
    }
}
