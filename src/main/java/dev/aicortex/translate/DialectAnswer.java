package dev.aicortex.translate;

import dev.aicortex.model.ServerException;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** What the translations to all dialects do alike: read a line, count, tell of an error once. */
abstract class DialectAnswer implements AnswerTranslation {
    private static final String UNREADABLE =
            "the server sent what is no answer of an Ollama server";

    private Usage usage = Usage.UNKNOWN;
    private boolean failed;
    private boolean over;

    /** Adds the events for a line; for the last line with the terminal event. */
    abstract void events(NativeAnswer line, Buffer to);

    /** Adds the event that ends a stream which broke. */
    abstract void error(String message, Buffer to);

    /** The answer in one object. */
    abstract Buffer whole(NativeAnswer answer);

    @Override
    public final String contentType(boolean stream) {
        return stream ? "text/event-stream" : "application/json";
    }

    @Override
    public final Buffer line(Buffer line) {
        Buffer out = Buffer.buffer();
        if (!over && !blank(line)) {
            Optional<NativeAnswer> read = NativeAnswer.parse(line);
            read.ifPresentOrElse(answer -> accept(answer, out), () -> fail(UNREADABLE, out));
        }
        return out;
    }

    private void accept(NativeAnswer line, Buffer out) {
        if (!line.error().isEmpty()) {
            fail(line.error(), out);
            return;
        }
        count(line);
        events(line, out);
    }

    private void count(NativeAnswer answer) {
        if (answer.done()) {
            usage = answer.usage();
            over = true;
        }
    }

    private void fail(String message, Buffer out) {
        failed = true;
        over = true;
        error(message, out);
    }

    @Override
    public final Buffer whole(Buffer json) {
        NativeAnswer answer =
                NativeAnswer.parse(json)
                        .filter(NativeAnswer::done)
                        .orElseThrow(() -> ServerException.exhausted(UNREADABLE));
        count(answer);
        return whole(answer).appendString("\n");
    }

    @Override
    public final Usage usage() {
        return usage;
    }

    @Override
    public final boolean failed() {
        return failed;
    }

    private static boolean blank(Buffer line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.getByte(i) > ' ' || line.getByte(i) < 0) {
                return false;
            }
        }
        return true;
    }
}
