package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;

/**
 * A request's body as far as this process can hold it: the demo's servers share the small heap of
 * the gateway, which itself would pass on more.
 */
final class LimitedBody {
    private static final long LIMIT = Runtime.getRuntime().maxMemory() / 8;

    private Buffer bytes = Buffer.buffer();
    private long length;

    void add(Buffer chunk) {
        length += chunk.length();
        bytes = tooLong() ? Buffer.buffer() : bytes.appendBuffer(chunk);
    }

    private boolean tooLong() {
        return length > LIMIT;
    }

    /** What came; nothing when it was too long. */
    Buffer bytes() {
        return bytes;
    }

    /**
     * Looks whether it can be answered.
     *
     * @throws Rejected when it was too long
     */
    void check() {
        if (tooLong()) {
            throw Rejected.because(
                    413,
                    "a simulated server takes at most %d bytes here: give its process a larger heap (JAVA_OPTS=-Xmx1g)"
                            .formatted(LIMIT));
        }
    }
}
