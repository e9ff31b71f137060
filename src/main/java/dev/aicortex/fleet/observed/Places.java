package dev.aicortex.fleet.observed;

import java.time.Clock;

/**
 * How many requests a server answers at once. It does not tell, but what it does shows it: streams
 * whose bytes come at the same time must each have a place, and so must one that began before
 * another which is answered sooner, since a server's own queue keeps the order. Servers of a fleet
 * are often alike, so one is taken to answer as many as any other was seen to. It gets a few more
 * than that, until those are seen to wait there, time after time.
 */
public final class Places {
    /** What a server is given of which nothing is known. */
    private static final int FIRST = 2;

    /** One request may begin at another one's end by chance; so many in a row do not. */
    private static final int WAITS = 6;

    /** For so long a server that made requests wait is given no more than it was seen to answer. */
    private static final long BELIEVED_MILLIS = 120_000;

    /** Times as long as usual that documents may take which are answered side by side. */
    private static final double SIDE_BY_SIDE = 1.5;

    private static final double WEIGHT = 0.1;

    private static final long NEVER = Long.MIN_VALUE / 2;

    private volatile int set;
    private volatile int most;
    private final Typical typical;
    private final Clock clock;
    private int streaming;
    private int waits;
    private double slowdown;
    private volatile int seen = 1;
    private volatile long refutedAt = NEVER;

    /**
     * @param set by the configuration; 0 = to be learned
     * @param most requests that the server is given at once; 0 = as many as it answers
     * @param typical of the fleet
     */
    public Places(int set, int most, Typical typical, Clock clock) {
        this.typical = typical;
        this.clock = clock;
        this.set = set;
        this.most = most;
    }

    /** Other numbers from now on. */
    public void set(int set, int most) {
        this.set = set;
        this.most = most;
    }

    /** How many it answers at once: as configured, else as many as it was seen to. */
    public int parallel() {
        int fixed = set;
        return fixed > 0 ? fixed : believed();
    }

    private int believed() {
        return refutedAt == NEVER ? Math.max(seen, typical.parallel()) : seen;
    }

    /** How many requests it is given at once. */
    public int limit() {
        int fixed = most > 0 ? most : set;
        if (fixed > 0) {
            return fixed;
        }
        int known = believed();
        long refuted = refutedAt; // without one nobody looks at the clock
        return refuted != NEVER && clock.millis() - refuted < BELIEVED_MILLIS
                ? known
                : Math.max(FIRST, known + Math.max(1, known / 4));
    }

    /** A request is answered, with which so many must be at work. */
    public synchronized void began(int atWork) {
        streaming++;
        atLeast(Math.max(streaming, atWork));
    }

    public synchronized void ended() {
        streaming--;
    }

    private void atLeast(int atWork) {
        if (atWork > seen) {
            seen = atWork;
            slowdown = 0;
            waits = 0;
            typical.parallel(atWork);
        }
    }

    /**
     * A request was answered that was not alone there.
     *
     * @param waited whether it began only when another one had ended
     * @param atOnce how many the server had been given then, it included
     */
    public synchronized void probed(boolean waited, int atOnce) {
        waits = waited ? waits + 1 : 0;
        if (waits >= WAITS) {
            waits = 0;
            seen = Math.max(1, Math.min(seen, atOnce) - 1);
            refutedAt = clock.millis();
        }
    }

    /**
     * A document that was asked for when all places were taken is whole: if that hardly takes
     * longer than for one alone, in the mean, they were answered side by side.
     *
     * @param timesAsLong as one alone takes; 0 when that is not known
     * @param inFlight at its beginning, itself included
     */
    public synchronized void document(double timesAsLong, int inFlight) {
        if (timesAsLong == 0 || inFlight < limit()) {
            return;
        }
        slowdown = slowdown == 0 ? inFlight : slowdown + WEIGHT * (timesAsLong - slowdown);
        if (slowdown < SIDE_BY_SIDE) {
            atLeast(inFlight);
        }
    }
}
