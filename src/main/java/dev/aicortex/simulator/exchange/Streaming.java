package dev.aicortex.simulator.exchange;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Sends a script: each chunk when it is due, by itself, and never more than the client takes. */
public final class Streaming {
    /** The kinds of streams that Ollama answers with. */
    public enum Kind {
        /** One JSON object a line: the native routes. */
        LINES("application/x-ndjson"),
        /** Server-sent events: chat and text completions. */
        EVENTS("text/event-stream"),
        /** The same with the headers that the routes for responses and messages add. */
        EVENTS_WITH_HEADERS("text/event-stream");

        final String contentType;

        Kind(String contentType) {
            this.contentType = contentType;
        }
    }

    /** The chunks of a stream, in order. */
    public interface Script extends Iterator<Buffer> {
        /** Nanoseconds after the stream's start at which the next chunk is due. */
        default long due() {
            return 0;
        }

        /** What is said in place of the next chunk if the model runner dies here. */
        default Buffer lastWords() {
            return Buffer.buffer();
        }
    }

    private final Exchange x;
    private final Outlet out;
    private final Script script;
    private final long start = System.nanoTime();

    private Streaming(Exchange x, Script script) {
        this.x = x;
        this.out = x.out();
        this.script = script;
    }

    public static void begin(Exchange x, Kind kind, Script script) {
        x.out().stream(kind);
        x.soon(new Streaming(x, script)::step);
    }

    /** Lines that are all known beforehand. */
    public static void lines(Exchange x, List<Buffer> lines) {
        begin(x, Kind.LINES, chunks(lines.stream().map(line -> line.appendString("\n"))));
    }

    /** All due at once. */
    public static Script chunks(Stream<Buffer> chunks) {
        Iterator<Buffer> left = chunks.iterator();
        return new Script() {
            @Override
            public boolean hasNext() {
                return left.hasNext();
            }

            @Override
            public Buffer next() {
                return left.next();
            }
        };
    }

    private void step() {
        if (out.full()) {
            out.whenDrained(() -> x.proceed(this::step));
            return;
        }
        Duration early = Duration.ofNanos(script.due() - (System.nanoTime() - start));
        if (early.toMillis() > 0) {
            x.after(early, this::step);
        } else if (out.diesAtOnce()) {
            x.runnerDied();
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
