package dev.aicortex.fleet;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The requests that one server is working on for one model, in the order in which it got them: what
 * overtakes and what waits shows how many it answers at once.
 */
final class Running {
    /** Requests that were sent sooner after each other may have arrived in any order. */
    private static final long ORDERED_MILLIS = 50;

    /** A request that began right after another's end had waited for it if it did for so long. */
    private static final long WAITED_MILLIS = 200;

    /** How many times as long as it took from that end on. */
    private static final int FACTOR = 3;

    private static final double WEIGHT = 0.2;

    private final Set<Job> jobs = new LinkedHashSet<>();
    private final Set<Job> beside = new HashSet<>();
    private long lastEnd;
    private double alone;

    synchronized void began(Job job) {
        jobs.add(job);
        if (jobs.size() > 1) {
            beside.addAll(jobs);
        }
    }

    synchronized void ended(Job job, long nowMillis) {
        jobs.remove(job);
        beside.remove(job);
        if (job.answered()) {
            lastEnd = nowMillis;
        }
    }

    /**
     * How many must be at work now that this one is answered: it, those that are answered, and
     * those that the server got before it.
     */
    synchronized int atWorkWith(Job job) {
        int atWork = 1;
        for (Job other : jobs) {
            boolean before = other.startedMillis() + ORDERED_MILLIS <= job.startedMillis();
            atWork += other != job && (before || other.answered()) ? 1 : 0;
        }
        return atWork;
    }

    /**
     * How many times as long a document took as one takes that has the server for itself; 0 while
     * that is not known.
     */
    synchronized double timesAsLong(Job job, double millis) {
        if (beside.contains(job)) {
            return alone == 0 ? 0 : millis / alone;
        }
        alone = alone == 0 ? millis : alone + WEIGHT * (millis - alone);
        return 0;
    }

    /** Whether it is answered now because another one has ended. */
    synchronized boolean madeWait(Job job, long nowMillis) {
        long waited = lastEnd - job.startedMillis();
        return waited > WAITED_MILLIS && waited > FACTOR * (nowMillis - lastEnd);
    }
}
