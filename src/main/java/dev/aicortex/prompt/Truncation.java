package dev.aicortex.prompt;

/**
 * Whether a server cut a prompt. It does not say so: it drops the oldest messages, or the beginning
 * of a text, until the rest fits the context. Known is how many tokens it read; how many there
 * should have been is a guess. English prose has four to five characters a token, code and most
 * other languages fewer, so four gives a guess that is low rather than high.
 */
public final class Truncation {
    /** The header of an answer that tells of it. */
    public static final String NOTICE = "X-Cortex-Truncated";

    private static final int CHARACTERS_A_TOKEN = 4;

    /** A count below this share of the estimate is too low for the estimate to be only rough. */
    private static final double SHARE = 0.75;

    private Truncation() {}

    /** A prompt's tokens, guessed from the characters of its text, tools included, images not. */
    public static long estimate(long characters) {
        return characters == 0 ? 0 : Math.max(1, characters / CHARACTERS_A_TOKEN);
    }

    /**
     * Beforehand: whether the prompt will probably be cut.
     *
     * @param estimate of its tokens
     * @param contextLength in tokens; not positive = not known, so nothing is said
     */
    public static boolean likely(long estimate, int contextLength) {
        return contextLength > 0 && estimate > contextLength;
    }

    /**
     * Afterwards: whether the prompt was cut. It was when what the server read fills the context,
     * or when too much was asked and much less was read, as after whole messages were dropped.
     *
     * @param promptTokens that the server says it read; not positive = it did not say, so the guess
     *     stands
     */
    public static boolean happened(long estimate, int contextLength, long promptTokens) {
        if (promptTokens <= 0) {
            return likely(estimate, contextLength);
        }
        boolean full = contextLength > 0 && promptTokens >= contextLength;
        return full || (likely(estimate, contextLength) && promptTokens < estimate * SHARE);
    }
}
