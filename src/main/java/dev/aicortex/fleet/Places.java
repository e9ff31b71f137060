package dev.aicortex.fleet;

/**
 * How many requests a server answers at once. It does not tell, but what it does shows it: streams
 * whose bytes come at the same time must each have a place, and so must one that began before
 * another which is answered sooner, since a server's own queue keeps the order. Where neither is to
 * be seen the server gets a few more than it is known to take, until one is seen to wait there.
 */
final class Places {
    /** What a server is given of which nothing is known: as it comes it answers one at a time. */
    private static final int FIRST = 2;

    /** For so long a server that made a request wait is given no more than it took then. */
    private static final long BELIEVED_MILLIS = 600_000;

    /** Times as long as usual that documents may take which are answered side by side. */
    private static final double SIDE_BY_SIDE = 1.5;

    private static final double WEIGHT = 0.1;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final int set;
    private final int most;
    private int streaming;
    private double slowdown;
    private volatile int seen = 1;
    private volatile int refuted;
    private volatile long refutedAt = NEVER;

    /**
     * @param set by the configuration; 0 = to be learned
     * @param most requests that the server is given at once; 0 = as many as it answers
     */
    Places(int set, int most) {
        this.set = set;
        this.most = most;
    }

    int parallel() {
        return set > 0 ? set : seen;
    }

    /** How many requests it is given at once. */
    int limit(long nowMillis) {
        if (most > 0) {
            return most;
        }
        if (set > 0) {
            return set;
        }
        return nowMillis - refutedAt < BELIEVED_MILLIS
                ? Math.max(seen, refuted)
                : Math.max(FIRST, seen + Math.max(1, seen / 4));
    }

    synchronized void began() {
        streaming++;
        atLeast(streaming);
    }

    synchronized void ended() {
        streaming--;
    }

    /** So many were at work at the same time. */
    synchronized void atLeast(int atWork) {
        if (atWork > seen) {
            seen = atWork;
            slowdown = 0;
        }
    }

    /** A request began only when another one had ended. */
    synchronized void madeWait(long nowMillis) {
        refuted = streaming;
        refutedAt = nowMillis;
    }

    /**
     * A document that was asked for when all places were taken took so many times as long as one
     * alone does: if that is hardly longer, in the mean, they were answered side by side.
     *
     * @param timesAsLong 0 when that is not known
     * @param inFlight at its beginning, itself included
     */
    synchronized void document(double timesAsLong, int inFlight, long nowMillis) {
        if (timesAsLong == 0 || inFlight < limit(nowMillis)) {
            return;
        }
        slowdown = slowdown == 0 ? inFlight : slowdown + WEIGHT * (timesAsLong - slowdown);
        if (slowdown < SIDE_BY_SIDE) {
            atLeast(inFlight);
        }
    }
}
