package dev.aicortex.dialect;

import io.vertx.core.buffer.Buffer;

/**
 * The tokens that a server counted, and why its model stopped. Every dialect tells them at the end
 * of an answer; they are looked for in the bytes, since a parse of all of them would cost more than
 * it tells.
 *
 * @param prompt tokens of the prompt; 0 when it was not said
 * @param completion tokens of the answer; 0 when it was not said
 * @param loadNanos how long the model took into memory; 0 when it was not said, like those below
 * @param promptNanos how long the evaluation of the prompt took, of what was not cached
 * @param evalNanos how long the generation took
 * @param stopReason in the dialect's word, for example {@code stop} or {@code end_turn}; empty when
 *     it was not said
 */
public record Usage(
        long prompt,
        long completion,
        long loadNanos,
        long promptNanos,
        long evalNanos,
        String stopReason) {
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, "");

    /** How far from its end an answer may have its counts. */
    public static final int REACH = 4 * 1024;

    /** Counts without times. */
    public static Usage tokens(long prompt, long completion) {
        return new Usage(prompt, completion, 0, 0, 0, "");
    }

    /** What the end of an answer says. */
    public static Usage in(Buffer tail) {
        int start = Math.max(0, tail.length() - REACH);
        return UsageScan.of(tail.getString(start, tail.length(), "ISO-8859-1"));
    }
}
