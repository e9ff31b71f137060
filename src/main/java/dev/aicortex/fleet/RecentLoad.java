package dev.aicortex.fleet;

/**
 * How much a server was given lately: each request weighs less the longer it is ago. Kept as a
 * logarithm that grows with time for every server alike, so that two of them can be compared
 * without a look at the clock.
 */
final class RecentLoad {
    /** After this long a request weighs 1/e. */
    private static final double MILLIS = 60_000;

    private volatile double logarithm = Double.NEGATIVE_INFINITY;

    double logarithm() {
        return logarithm;
    }

    synchronized void add(long nowMillis) {
        double one = nowMillis / MILLIS;
        double more = Math.max(one, logarithm);
        double less = Math.min(one, logarithm);
        logarithm = more + Math.log1p(Math.exp(less - more));
    }
}
