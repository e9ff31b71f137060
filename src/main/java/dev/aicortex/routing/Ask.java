package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.PromptBlocks;

/**
 * What a choice has to know of a request.
 *
 * @param prompt what is to be answered; {@link PromptBlocks#NONE} where nobody looked
 * @param begins whether it is the first of a conversation
 * @param key the same for requests that belong together, to keep them on one server when all are
 *     equal; 0 = none
 * @param turn the number of the request among those for its model, for policies that take turns
 */
public record Ask(Policy policy, PromptBlocks prompt, boolean begins, long key, int turn) {
    /** Bytes of a prompt from which on it pays to find its cache again. */
    private static final int LONG = 2 * 1024;

    boolean isLong() {
        return prompt.bytes() >= LONG;
    }

    /** Whether it decides where a conversation will stay. */
    boolean settles() {
        return begins && isLong();
    }

    public static Ask of(Policy policy) {
        return new Ask(policy, PromptBlocks.NONE, true, 0, 0);
    }
}
