package dev.aicortex.keys;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Counters that refill within a minute, evenly: a full one lets through as much at once as it
 * holds.
 */
interface Buckets {
    long MINUTE_MILLIS = 60_000;

    /**
     * What is asked of one bucket.
     *
     * @param name the same for one bucket everywhere
     * @param ofUser whether it is an end user's, of whom there may be any number
     * @param capacity what it holds when it is full, and gains in a minute
     * @param cost what is taken; given back where it is negative; 0 only to see what is left
     */
    record Draw(String name, boolean ofUser, long capacity, long cost) {
        Draw costing(long other) {
            return new Draw(name, ofUser, capacity, other);
        }

        /** How long it takes to gain so much. */
        long millis(long amount) {
            return Math.ceilDiv(amount * MINUTE_MILLIS, capacity);
        }
    }

    /**
     * What came of it.
     *
     * @param refused the index of the first that had too little, so that nothing was taken; -1 when
     *     all had enough
     * @param left in each bucket; below 0 where something is owed
     * @param by who has to hear how it ended
     */
    record Drawn(int refused, List<Long> left, Buckets by) {
        boolean granted() {
            return refused < 0;
        }
    }

    /** Takes from all of these, or from none. */
    Uni<Drawn> take(List<Draw> draws);

    /** Takes from each of these, or gives back, whatever it holds; nobody waits for that. */
    void correct(List<Draw> draws);
}
