package dev.aicortex.fleet;

/** The servers that hold a model, by number; nothing is copied to look at one of them. */
public interface Candidates {
    int size();

    Server server(int index);

    /** Whether the model is in its memory, or on the way there: cheap to ask. */
    boolean warm(int index);

    /**
     * The facts of this moment.
     *
     * @param prompt what is to be answered
     * @param nowMillis of the servers' clock
     */
    Facts facts(int index, PromptBlocks prompt, long nowMillis);
}
