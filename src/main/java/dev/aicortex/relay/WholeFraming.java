package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * One JSON document: complete when it ends with its brace. The beginning is held back until it is
 * too long for an error, which only the whole of it shows.
 */
final class WholeFraming implements Framing {
    private static final Buffer NOTHING = Buffer.buffer(0);
    private static final int LONGEST_ERROR = 64 * 1024;

    private Buffer beginning = Buffer.buffer();
    private boolean said;
    private Optional<String> failure = Optional.empty();
    private byte last;
    private Buffer lastChunk = NOTHING;
    private Buffer chunkBefore = NOTHING;

    @Override
    public Buffer accept(Buffer chunk) {
        chunkBefore = lastChunk;
        lastChunk = chunk;
        remember(chunk);
        if (said) {
            return chunk;
        }
        beginning.appendBuffer(chunk);
        said = beginning.length() > LONGEST_ERROR;
        return said ? released() : NOTHING;
    }

    private void remember(Buffer chunk) {
        for (int i = chunk.length() - 1; i >= 0; i--) {
            byte b = chunk.getByte(i);
            if (b > ' ' || b < 0) {
                last = b;
                break;
            }
        }
    }

    private Buffer released() {
        Buffer all = beginning;
        beginning = NOTHING;
        return all;
    }

    @Override
    public Buffer rest() {
        if (!said && complete() && beginning.toString().contains("\"error\"")) {
            failure = Opening.of(beginning).failure();
        }
        return released();
    }

    @Override
    public boolean said() {
        return said;
    }

    @Override
    public boolean complete() {
        return last == '}' || last == ']';
    }

    /** Known once the server has sent all of it. */
    @Override
    public Optional<String> failure() {
        return failure;
    }

    @Override
    public Buffer tail() {
        return Framing.tail(chunkBefore, lastChunk);
    }
}
