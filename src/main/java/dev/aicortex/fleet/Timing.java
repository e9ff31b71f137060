package dev.aicortex.fleet;

/**
 * What one answer took, as its server tells it and as our clock has it. Milliseconds; 0 where it
 * was not said or could not be seen.
 *
 * @param load of the model into memory
 * @param prompt evaluation of the part that no cache had
 * @param service in which it held one of the server's places
 * @param promptBytes the part of the prompt that was expected to be evaluated
 */
public record Timing(double load, double prompt, double service, long promptBytes) {
    /** Native answers tell of a few milliseconds for a model that is loaded already. */
    private static final double REAL_LOAD = 250;

    /** Below this a prompt's time is mostly that of a fixed start. */
    private static final long TELLING_BYTES = 512;

    /** Whether the model had to be loaded for this answer. */
    public boolean loaded() {
        return load >= REAL_LOAD;
    }

    /** Milliseconds for 1,024 bytes of prompt; 0 when too little was evaluated to tell. */
    double perKilobyte() {
        return promptBytes < TELLING_BYTES ? 0 : prompt * 1024 / promptBytes;
    }
}
