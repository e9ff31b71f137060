package dev.aicortex.fleet;

/**
 * What a choice rests on, of one candidate at one moment. Times in milliseconds.
 *
 * @param open whether a request may go there now: it is up, and its breaker lets one through
 * @param doubtful whether it failed lately and has not answered since
 * @param position in the configured order, from 0
 * @param inFlight requests that it is working on for this gateway
 * @param parallel how many it answers at once
 * @param recent how many requests it was given in about the last minute
 * @param room whether nothing has to leave its memory for the model
 * @param service for which an answer holds a place there
 * @param load until the model is in memory; 0 when it is
 * @param perKilobyte of prompt that no cache has, 1,024 bytes
 * @param weight under the policy that weighs servers
 * @param priority under the policy that orders them
 * @param cachedBytes how much of the prompt is cached there
 * @param evaluating until the prompts are evaluated that it was given
 * @param pushedOut bytes of other prompts that would leave the cache for it and may be needed
 */
public record Facts(
        boolean open,
        boolean doubtful,
        int position,
        int inFlight,
        int parallel,
        double recent,
        boolean room,
        double service,
        double load,
        double perKilobyte,
        double weight,
        int priority,
        long cachedBytes,
        double evaluating,
        double pushedOut) {
    /** Requests that are being answered there; the others wait. */
    public int working() {
        return Math.min(inFlight, parallel);
    }

    /** Whether the model is in memory. */
    public boolean resident() {
        return load == 0;
    }
}
