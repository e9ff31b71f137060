package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** Sends a script: each chunk when it is due, by itself, and never more than the client takes. */
final class Streaming {
    private final Exchange x;
    private final Outlet out;
    private final Script script;
    private final long start = System.nanoTime();

    private Streaming(Exchange x, Script script) {
        this.x = x;
        this.out = x.out();
        this.script = script;
    }

    static void begin(Exchange x, StreamKind kind, Script script) {
        x.out().stream(kind);
        x.soon(new Streaming(x, script)::step);
    }

    private void step() {
        if (out.full()) {
            out.whenDrained(() -> x.proceed(this::step));
            return;
        }
        Duration early = Duration.ofNanos(script.due() - (System.nanoTime() - start));
        if (early.toMillis() > 0) {
            x.after(early, this::step);
        } else if (!out.struck(script::lastWords)) {
            x.afterSilence(out.chunks(), this::send);
        }
    }

    private void send() {
        Buffer chunk = script.next();
        if (script.hasNext()) {
            out.write(chunk);
            x.soon(this::step);
        } else {
            out.end(chunk);
        }
    }
}
