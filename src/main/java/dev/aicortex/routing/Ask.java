package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.PromptBlocks;

/**
 * What a choice has to know of a request.
 *
 * @param prompt what is to be answered; {@link PromptBlocks#NONE} where nobody looked
 * @param key the same for requests that belong together, to keep them on one server when all are
 *     equal; 0 = none
 * @param turn the number of the request among those for its model, for policies that take turns
 */
public record Ask(Policy policy, PromptBlocks prompt, long key, int turn) {
    public static Ask of(Policy policy) {
        return new Ask(policy, PromptBlocks.NONE, 0, 0);
    }
}
