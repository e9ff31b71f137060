package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of lines (SSE, NDJSON): only whole lines pass, and the last one tells whether the stream
 * ended well. Looking at it is left to the end, so that a chunk costs next to nothing.
 */
final class LineFraming implements Framing {
    private static final Buffer NOTHING = Buffer.buffer(0);

    /** A line longer than this passes in parts; a model's token is a few hundred bytes. */
    private static final int MAX_HELD = 1 << 20;

    private final StreamKind kind;
    private @Nullable Buffer held;
    private @Nullable Buffer longLine;
    private Buffer lastLines = NOTHING;
    private Buffer linesBefore = NOTHING;

    LineFraming(StreamKind kind) {
        this.kind = kind;
    }

    @Override
    public Buffer accept(Buffer chunk) {
        int end = endOfLines(chunk);
        if (end == 0) {
            return hold(chunk);
        }
        Buffer lines = end == chunk.length() ? chunk : chunk.getBuffer(0, end);
        if (held != null) {
            lines = held.appendBuffer(lines);
        }
        held = end == chunk.length() ? null : chunk.getBuffer(end, chunk.length());
        remember(lines);
        return lines;
    }

    private Buffer hold(Buffer part) {
        Buffer all = held == null ? part.copy() : held.appendBuffer(part);
        if (all.length() < MAX_HELD) {
            held = all;
            return NOTHING;
        }
        held = null;
        longLine = longLine == null ? all : longLine;
        return all;
    }

    /** Of a line that passed in parts, the first part is what is judged. */
    private void remember(Buffer lines) {
        if (longLine != null) {
            last(onlyBlankAfterFirstLine(lines) ? longLine : lines);
            longLine = null;
        } else if (!blank(lines)) {
            last(lines);
        }
    }

    private void last(Buffer lines) {
        linesBefore = lastLines;
        lastLines = lines;
    }

    private static boolean onlyBlankAfterFirstLine(Buffer lines) {
        int first = 0;
        while (lines.getByte(first) != '\n') {
            first++;
        }
        return blank(lines.slice(first, lines.length()));
    }

    @Override
    public Buffer rest() {
        return held == null ? NOTHING : held;
    }

    @Override
    public boolean complete() {
        return kind.terminal(lastLine());
    }

    @Override
    public boolean toldFailure() {
        return kind.failure(lastLine());
    }

    private byte[] lastLine() {
        return lastLine(held != null && !blank(held) ? held : lastLines);
    }

    @Override
    public boolean hasTerminalEvent() {
        return true;
    }

    @Override
    public Buffer errorFrame(String message) {
        return kind.errorFrame(message, "stream_interrupted");
    }

    @Override
    public Buffer tail() {
        return Framing.tail(linesBefore, lastLines);
    }

    private static int endOfLines(Buffer chunk) {
        int end = chunk.length();
        while (end > 0 && chunk.getByte(end - 1) != '\n') {
            end--;
        }
        return end;
    }

    private static boolean blank(Buffer buffer) {
        for (int i = 0; i < buffer.length(); i++) {
            if (!blank(buffer.getByte(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean blank(byte b) {
        return b == '\n' || b == '\r' || b == ' ';
    }

    private static byte[] lastLine(Buffer lines) {
        int end = lines.length();
        while (end > 0 && blank(lines.getByte(end - 1))) {
            end--;
        }
        int start = end;
        while (start > 0 && lines.getByte(start - 1) != '\n') {
            start--;
        }
        return lines.getBytes(start, end);
    }
}
