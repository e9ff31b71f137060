package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;

/** Plain text, as a transcription may be: it has no form of its own, so only its end tells. */
final class TextFraming implements Framing {
    private static final Buffer NOTHING = Buffer.buffer(0);

    private boolean some;

    @Override
    public Buffer accept(Buffer chunk) {
        some |= chunk.length() > 0;
        return chunk;
    }

    @Override
    public Buffer rest() {
        return NOTHING;
    }

    @Override
    public boolean said() {
        return some;
    }

    @Override
    public boolean complete() {
        return some;
    }

    @Override
    public Buffer tail() {
        return NOTHING;
    }
}
