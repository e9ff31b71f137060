package dev.aicortex.simulator.exchange;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.exchange.Exchange.End;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The fault in force, set by any thread and taken by each request; whether the server is stopped,
 * and what it has left undone since.
 */
public final class Faults {
    /** For how many more requests; it may be shared between servers. */
    private record Armed(Fault fault, Fault.Scope scope, AtomicLong left) {
        static Armed always(Fault fault, Fault.Scope scope) {
            return new Armed(fault, scope, new AtomicLong(Long.MAX_VALUE));
        }

        /** Whether this request meets the fault; if so, one less is left. */
        boolean strikes(boolean inference) {
            return (inference || scope == Fault.Scope.ALL)
                    && left.getAndUpdate(n -> n == Long.MAX_VALUE ? n : Math.max(0, n - 1)) > 0;
        }
    }

    private static final Armed NOTHING = Armed.always(Fault.none(), Fault.Scope.ALL);

    private final AtomicReference<Armed> armed = new AtomicReference<>(NOTHING);

    private final List<Runnable> held = new ArrayList<>();
    private volatile boolean stopped;

    public void arm(Fault fault, Fault.Scope scope) {
        armed.set(Armed.always(fault, scope));
    }

    /**
     * For the next inference requests, as many as are left; whoever shares the number counts down.
     */
    public void armForNext(Fault fault, AtomicLong left) {
        armed.set(new Armed(fault, Fault.Scope.INFERENCE, left));
    }

    /** The fault for a request that has just come in; of a limited one, one less is left. */
    Fault take(boolean inference) {
        Armed now = armed.get();
        return now.strikes(inference) ? now.fault() : Fault.none();
    }

    public void stop() {
        stopped = true;
    }

    public boolean stopped() {
        return stopped;
    }

    /** Goes on with all that was held; on the server's event loop. */
    public void resume() {
        stopped = false;
        List<Runnable> due = List.copyOf(held);
        held.clear();
        due.forEach(Runnable::run);
    }

    /** Whether this has to wait; then it is run when the server goes on. On its event loop. */
    public boolean holds(Runnable next) {
        return stopped && held.add(next);
    }

    /** Puts this fault's answer in the place of the well one, or runs the well one. */
    public static void meet(Exchange x, Runnable well) {
        switch (x.fault()) {
            case Fault.InPlace inPlace -> answer(x, inPlace);
            case Fault.SlowFirstByte(var delay) -> x.after(delay, well);
            case Fault.WrongModelList _ when x.route().inference() ->
                    x.reject(Rejected.missing(x.fields().text("model")));
            case Fault.None _,
                    Fault.Refuse _,
                    Fault.Stopped _,
                    Fault.Silence _,
                    Fault.Tail _,
                    Fault.Spaced _,
                    Fault.WrongModelList _,
                    Fault.Torn _,
                    Fault.Flood _,
                    Fault.InStream _ ->
                    well.run();
        }
    }

    private static void answer(Exchange x, Fault.InPlace fault) {
        switch (fault) {
            case Fault.HangBeforeHead _ -> {}
            case Fault.HangAfterHead _ ->
                    x.out().say(200, "text/event-stream", "data: {", Fault.Finish.NEVER);
            case Fault.Says(var status, var type, var text, var finish) ->
                    x.out().say(status, type, text, finish);
            case Fault.Garbage _ -> garbage(x);
            case Fault.WrongContent _ ->
                    x.text(
                            200,
                            "text/html",
                            "<!DOCTYPE html><html><body>It works!</body></html>\n");
            case Fault.Status500(var text) -> x.reject(Rejected.because(500, text));
            case Fault.Busy _ -> x.reject(Rejected.busy());
            case Fault.Empty200 _ -> x.empty(200);
        }
    }

    private static void garbage(Exchange x) {
        x.ended(End.CUT);
        Wire.blurt(
                x.request().connection(),
                "\u0015\u0003\u0001 not a word of HTTP\r\n\r\n\u00ff\u00fe\u0000");
    }
}
