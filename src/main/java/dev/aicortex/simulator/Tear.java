package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;

/** Where to tear a chunk in two. */
final class Tear {
    private Tear() {}

    /**
     * After the first byte of its first character that has more than one; in the middle when all
     * have one.
     */
    static int within(Buffer chunk) {
        for (int i = 0; i < chunk.length() - 1; i++) {
            if (chunk.getByte(i) < 0) {
                return i + 1;
            }
        }
        return chunk.length() / 2;
    }
}
