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
 * @param sideEvery every so many turns, the first among them, something is asked beside the
 *     conversation under the same system prompt, a title say; 0 = never
 */
record Mix(
        String name,
        int users,
        int turns,
        int systemTokens,
        int turnTokens,
        int answerTokens,
        double thinkMillis,
        int models,
        int sideEvery) {
    /** Ten turns under a shared system prompt. */
    static Mix conversations(int users, int systemTokens, double thinkMillis) {
        return new Mix("chat", users, 10, systemTokens, 150, 60, thinkMillis, 1, 0);
    }

    /** Twenty turns whose tools answer in half a second. */
    static Mix agents(int users, int sideEvery) {
        return new Mix("agents", users, 20, 4_000, 600, 80, 500, 1, sideEvery);
    }
}
