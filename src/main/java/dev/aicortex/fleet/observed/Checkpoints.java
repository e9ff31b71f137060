package dev.aicortex.fleet.observed;

import java.util.Arrays;

/**
 * Copies of a model's state that a server makes shortly before a prompt's end, since a model with a
 * sliding window cannot go back by more than a batch otherwise. Immutable.
 *
 * @param at how many bytes of the prompt each has evaluated, the first one first
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; a copy a look would cost too much
record Checkpoints(long[] at) {
    static final Checkpoints NONE = new Checkpoints(new long[0]);

    /**
     * One of an earlier request lasts when it is farther than this behind another: 8,192 tokens.
     */
    private static final long APART = 4 * 8_192;

    /** The last one within so many bytes, in bytes; 0 when there is none. */
    long last(long bytes) {
        long last = 0;
        for (long each : at) {
            last = each <= bytes ? each : last;
        }
        return last;
    }

    /**
     * Those that are left, and those of a prompt that goes on from there.
     *
     * @param reused bytes of the prompt that are not evaluated
     * @param whole its bytes
     * @param batch that is evaluated at once, in bytes
     */
    Checkpoints after(long reused, long whole, long batch) {
        long[] next = new long[at.length + 2];
        int size = 0;
        for (long each : at) {
            if (each <= reused && (size == 0 || each > next[size - 1] + APART)) {
                next[size++] = each;
            }
        }
        if (whole - batch > reused) {
            next[size++] = whole - batch;
        }
        if (whole > reused) {
            next[size++] = whole;
        }
        return new Checkpoints(Arrays.copyOf(next, size));
    }
}
