package dev.aicortex.simulation;

/**
 * What a simulated server can do.
 *
 * @param parallel requests at once
 * @param models in its memory at once
 * @param loadMillis of a model into memory
 * @param tokensPerSecond of a prompt that no cache has
 * @param slowness 1 as measured, 2 for half as fast
 * @param multiuser whether its caches are shared between users
 */
record Hardware(
        int parallel,
        int models,
        double loadMillis,
        double tokensPerSecond,
        double slowness,
        boolean multiuser) {
    private static final double BYTES_PER_TOKEN = 4;

    /** Even a prompt that is all cached takes this long: it was measured. */
    private static final double START = 14;

    /** The prefill of docs/routing.md, on a server of four places. */
    static Hardware measured(boolean multiuser) {
        return new Hardware(4, 2, 8_000, 475, 1, multiuser);
    }

    double prefillMillis(int bytes) {
        return START + bytes / BYTES_PER_TOKEN / tokensPerSecond * 1_000 * slowness;
    }
}
