package dev.aicortex.simulator;

import java.util.concurrent.atomic.AtomicReference;

/** The fault in force, set by any thread and taken by each request. */
final class Faults {
    private record Armed(Fault fault, Fault.Scope scope, long left) {
        boolean reaches(boolean inference) {
            return left > 0 && (inference || scope == Fault.Scope.ALL);
        }

        Armed spent() {
            return left == Long.MAX_VALUE ? this : new Armed(fault, scope, left - 1);
        }
    }

    private static final Armed NOTHING = new Armed(Fault.none(), Fault.Scope.ALL, Long.MAX_VALUE);

    private final AtomicReference<Armed> armed = new AtomicReference<>(NOTHING);

    void arm(Fault fault, Fault.Scope scope) {
        armed.set(new Armed(fault, scope, Long.MAX_VALUE));
    }

    void armForNext(Fault fault, int requests) {
        armed.set(new Armed(fault, Fault.Scope.INFERENCE, requests));
    }

    /** The fault for a request that has just come in; of a limited one, one less is left. */
    Fault take(boolean inference) {
        Armed now = armed.get();
        if (!now.reaches(inference)) {
            return Fault.none();
        }
        armed.compareAndSet(now, now.spent());
        return now.fault();
    }

    /** Puts this fault's answer in the place of the well one, or runs the well one. */
    static void meet(Exchange x, Runnable well) {
        switch (x.fault()) {
            case Fault.InPlace inPlace -> answer(x, inPlace);
            case Fault.SlowFirstByte(var delay) -> x.after(delay, well);
            case Fault.WrongModelList _ when x.route().inference() ->
                    x.reject(Rejected.missing(x.fields().text("model")));
            case Fault.None _,
                    Fault.Refuse _,
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
                    x.request()
                            .response()
                            .setChunked(true)
                            .putHeader("Content-Type", "text/event-stream")
                            .write("data: {");
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
