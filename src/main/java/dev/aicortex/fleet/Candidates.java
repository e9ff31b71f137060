package dev.aicortex.fleet;

/** The servers that hold a model, by number; nothing is copied to look at one of them. */
public interface Candidates {
    int size();

    Server server(int index);

    /** The server's place in the configured order, from 0. */
    int position(int index);

    /** Whether it is given no further request for now. */
    boolean full(int index);

    /** Those that have the model in memory or load it, ascending; the array must not be changed. */
    int[] warm();

    /**
     * Finds those that may have the beginning of a prompt in a cache, without a look at each.
     *
     * @param indices takes their numbers, as many as it has room for
     * @return how many there are
     */
    int knowing(PromptBlocks prompt, int[] indices);

    /** The facts of this moment, which is {@code nowMillis} on the servers' clock. */
    Facts facts(int index, PromptBlocks prompt, long nowMillis);
}
