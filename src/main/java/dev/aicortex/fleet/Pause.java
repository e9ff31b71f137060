package dev.aicortex.fleet;

/**
 * How long users think between two turns of a conversation with a model, on any server: what has
 * not been asked on for longer is likely over.
 */
final class Pause {
    private static final double FIRST = 10_000;
    private static final double SHORTEST = 500;

    /** Of the newest pause in their mean. */
    private static final double WEIGHT = 0.02;

    /** Of the mean pause: after that a conversation goes on with a chance of 1/e. */
    private static final double LONG = 1.5;

    private volatile double mean = FIRST;

    synchronized void learn(long millis) {
        mean = mean + WEIGHT * (Math.max(SHORTEST, (double) millis) - mean);
    }

    /** The chance that a conversation goes on which has not for so long. */
    double chance(long millis) {
        double pauses = (double) millis / (LONG * mean);
        return Math.exp(-pauses * pauses);
    }
}
