package dev.aicortex.routing;

import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.PromptBlocks;

/**
 * How fast the servers of a model take requests.
 *
 * @param perMilli how many; 0 while nobody knows
 */
public record Pace(double perMilli) {
    /** What the servers that have the model in memory were measured at. */
    public static Pace of(Candidates candidates, long nowMillis) {
        double perMilli = 0;
        for (int index : candidates.warm()) {
            Facts facts = candidates.facts(index, PromptBlocks.NONE, nowMillis);
            if (facts.open() && facts.service() > 0) {
                perMilli +=
                        Math.min(candidates.server(index).limit(), facts.parallel())
                                / facts.service();
            }
        }
        return new Pace(perMilli);
    }

    /** How long so many requests take; 0 while nobody knows. */
    public double millis(int requests) {
        return perMilli == 0 ? 0 : requests / perMilli;
    }
}
