package dev.aicortex.simulation;

/**
 * What a simulated server can do.
 *
 * @param parallel requests at once
 * @param models in its memory at once
 * @param loadMillis of a model into memory
 * @param tokensPerSecond of a prompt that no cache has
 * @param slowness 1 as measured, 2 for half as fast
 * @param llamaServer whether its Ollama is 0.30 or newer
 */
record Hardware(
        int parallel,
        int models,
        double loadMillis,
        double tokensPerSecond,
        double slowness,
        boolean llamaServer) {
    private static final double BYTES_PER_TOKEN = 4;

    /** Even a prompt that is all cached takes this long: it was measured. */
    private static final double START = 14;

    /** Tokens that 8 GiB of the host's memory keep of a model with 128 KiB a token. */
    private static final long SAVED_TOKENS = 65_536;

    /** The prefill that was measured on one CPU. */
    static Hardware measured(int parallel, boolean llamaServer) {
        return new Hardware(parallel, 2, 8_000, 475, 1, llamaServer);
    }

    String version() {
        return llamaServer ? "0.33.0" : "0.20.0";
    }

    long savedBytes() {
        return (long) (SAVED_TOKENS * BYTES_PER_TOKEN);
    }

    double prefillMillis(int bytes) {
        return START + bytes / BYTES_PER_TOKEN / tokensPerSecond * 1_000 * slowness;
    }
}
