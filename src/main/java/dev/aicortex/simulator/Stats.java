package dev.aicortex.simulator;

/** How long the parts of an answer took, in nanoseconds. */
record Stats(long total, long load, long prompt, long eval) {
    /** Ollama leaves out a duration of zero, so none is. */
    static Stats of(Exchange x, long load, long prompt, long eval) {
        return new Stats(
                x.elapsedNanos(), Math.max(1, load), Math.max(1, prompt), Math.max(1, eval));
    }

    /** The prompt took what is left of the time. */
    static Stats of(Exchange x, long load, long eval) {
        return of(x, load, x.elapsedNanos() - load - eval, eval);
    }
}
