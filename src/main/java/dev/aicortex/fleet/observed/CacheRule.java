package dev.aicortex.fleet.observed;

import dev.aicortex.fleet.PromptBlocks;

/** How a server keeps the prompts of a model, and what a request finds of its own there. */
public sealed interface CacheRule permits FirstPlace, LlamaServer {
    /**
     * What a prompt meets that comes now.
     *
     * @param place that it gets; one that is busy while all are, as some one will be free first
     * @param reused blocks of it that need not be evaluated
     * @param from the saved prompt that moves back into the place; {@link Kept#NONE} for none
     * @param saves whether what the place holds is saved first
     */
    record Fit(int place, int reused, int from, boolean saves) {}

    Fit fit(Kept kept, PromptBlocks prompt, int parallel);

    /** What is kept once a request has its place. */
    Kept begun(Kept kept, Fit fit, PromptBlocks prompt, int parallel, long nowMillis);

    /**
     * How many bytes of other prompts would have to be evaluated again because of this one, by the
     * chance that they come again.
     *
     * @param fit what the prompt meets
     */
    double pushedOut(
            Kept kept, Fit fit, PromptBlocks prompt, CacheMirror.Pause pause, long nowMillis);
}
