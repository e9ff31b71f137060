package dev.aicortex.simulator;

/** How long the parts of an answer took, in nanoseconds. */
record Stats(long total, long load, long prompt, long eval) {
    /** Ollama leaves out a duration of zero, so none is. */
    static Stats of(Exchange x, long loadNanos, long evalNanos) {
        long total = x.elapsedNanos();
        return new Stats(
                total,
                Math.max(1, loadNanos),
                Math.max(1, total - loadNanos - evalNanos),
                Math.max(1, evalNanos));
    }
}
