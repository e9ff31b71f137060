package dev.aicortex.translate;

/**
 * What a server told at the end of an answer.
 *
 * @param promptTokens it read; 0 when it did not say
 * @param answerTokens it wrote; 0 when it did not say
 * @param doneReason {@code stop}, {@code length}, {@code load}…; empty when it did not say
 */
public record Usage(long promptTokens, long answerTokens, String doneReason) {
    /** Before the last line, and of an answer that broke. */
    public static final Usage UNKNOWN = new Usage(0, 0, "");

    public long totalTokens() {
        return promptTokens + answerTokens;
    }
}
