package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;

/** One JSON document: passed through, and complete when it ends with its brace. */
final class WholeFraming implements Framing {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private byte last;
    private Buffer lastChunk = NOTHING;
    private Buffer chunkBefore = NOTHING;

    @Override
    public Buffer accept(Buffer chunk) {
        chunkBefore = lastChunk;
        lastChunk = chunk;
        for (int i = chunk.length() - 1; i >= 0; i--) {
            byte b = chunk.getByte(i);
            if (b > ' ' || b < 0) {
                last = b;
                break;
            }
        }
        return chunk;
    }

    @Override
    public Buffer rest() {
        return NOTHING;
    }

    @Override
    public boolean complete() {
        return last == '}' || last == ']';
    }

    @Override
    public boolean hasTerminalEvent() {
        return false;
    }

    @Override
    public boolean toldFailure() {
        return false;
    }

    @Override
    public Buffer tail() {
        return Framing.tail(chunkBefore, lastChunk);
    }

    /** Nothing can be appended to a JSON document: the connection is reset instead. */
    @Override
    public Buffer errorFrame(String message) {
        return NOTHING;
    }
}
