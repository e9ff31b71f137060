package dev.aicortex.fleet;

/**
 * How many requests a server answers at once. It does not tell; but answers whose bytes come at the
 * same time must each have a place.
 */
final class Places {
    private final int set;
    private int streaming;
    private volatile int seen = 1;

    /**
     * @param set by the configuration; 0 = to be learned
     */
    Places(int set) {
        this.set = set;
    }

    int parallel() {
        return set > 0 ? set : seen;
    }

    synchronized void began() {
        streaming++;
        seen = Math.max(seen, streaming);
    }

    synchronized void ended() {
        streaming--;
    }
}
