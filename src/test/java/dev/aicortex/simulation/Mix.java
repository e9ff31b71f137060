package dev.aicortex.simulation;

/**
 * What the simulated users do: each has one conversation after the other.
 *
 * @param users at once
 * @param turns of a conversation
 * @param systemTokens that all conversations begin with
 * @param turnTokens that a user adds, in the mean
 * @param answerTokens in the mean
 * @param thinkMillis between an answer and the next question, in the mean
 * @param models among which each conversation chooses one
 */
record Mix(
        String name,
        int users,
        int turns,
        int systemTokens,
        int turnTokens,
        int answerTokens,
        double thinkMillis,
        int models) {
    /** Ten turns under a long shared system prompt. */
    static Mix conversations(int users, double thinkMillis) {
        return new Mix("chat", users, 10, 2_000, 150, 60, thinkMillis, 1);
    }
}
