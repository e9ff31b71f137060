package dev.aicortex.simulator;

/**
 * What a simulated server's memory and processor can do.
 *
 * @param prefill tokens of a prompt that are evaluated in a second; 0 = at once
 * @param caches which of them a prompt finds
 * @param models that fit in memory; one more pushes out the least recently used that is idle; 0 =
 *     any number
 */
public record Hardware(double prefill, CacheRule caches, int models) {
    /** Evaluates at once and holds every model. */
    public static final Hardware BOUNDLESS = new Hardware(0, CacheRule.LONGEST_PREFIX, 0);

    public Hardware withPrefill(double prefill) {
        return new Hardware(prefill, caches, models);
    }

    public Hardware withCaches(CacheRule caches) {
        return new Hardware(prefill, caches, models);
    }

    public Hardware withModels(int models) {
        return new Hardware(prefill, caches, models);
    }

    long prefillNanos(int tokens) {
        return prefill == 0 ? 0 : (long) (tokens * 1e9 / prefill);
    }
}
