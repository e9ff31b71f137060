package dev.aicortex.model;

import io.vertx.core.buffer.Buffer;

/**
 * A piece of a body that is made from a client's body without holding it in memory: new bytes, or a
 * part of the client's own. The pieces of a list, one after the other, are the body to send.
 */
public sealed interface Segment {
    /** New bytes. */
    record Text(Buffer bytes) implements Segment {}

    /**
     * Bytes of the client's body as they are.
     *
     * @param start offset of the first one
     * @param end offset after the last one
     */
    record Range(long start, long end) implements Segment {
        public Range {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("no range: " + start + ".." + end);
            }
        }
    }

    /** How many bytes it stands for. */
    default long length() {
        return switch (this) {
            case Text(Buffer bytes) -> bytes.length();
            case Range(long start, long end) -> end - start;
        };
    }
}
