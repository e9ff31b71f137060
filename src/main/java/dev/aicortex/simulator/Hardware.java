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

    /**
     * In which place of the prompt cache a request runs, and whose prompt it begins with. As
     * measured on Ollama 0.20.
     */
    public enum CacheRule {
        /** The free place whose prompt has most in common with the new one; the first of equals. */
        LONGEST_PREFIX,

        /**
         * As with {@code OLLAMA_MULTIUSER_CACHE=1}: the place whose whole prompt the new one goes
         * on from, else the free one whose last request began longest ago; it takes over what any
         * other place has in common.
         */
        MULTIUSER
    }

    public Hardware withPrefill(double prefill) {
        return new Hardware(prefill, caches, models);
    }

    public Hardware withCaches(CacheRule caches) {
        return new Hardware(prefill, caches, models);
    }

    public Hardware withModels(int models) {
        return new Hardware(prefill, caches, models);
    }

    public long prefillNanos(int tokens) {
        return prefill == 0 ? 0 : (long) (tokens * 1e9 / prefill);
    }
}
