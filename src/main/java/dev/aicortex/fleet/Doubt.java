package dev.aicortex.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * What strikes since the last good answer say about a server: it comes last among the candidates
 * for a while, and then gets one request at a time until one is answered.
 *
 * @param strikes since the last good answer
 * @param until when the server may be tried again in its turn
 * @param last the kind of the newest strike
 */
record Doubt(int strikes, Instant until, Strike last) {
    static final Doubt NONE = new Doubt(0, Instant.EPOCH, Strike.CONNECTION);

    /** Each further strike doubles the wait, up to 2^5 times. */
    private static final int MAX_DOUBLINGS = 5;

    Doubt struck(Strike strike, Instant now, Duration delay) {
        Duration wait = delay.multipliedBy(1L << Math.min(strikes, MAX_DOUBLINGS));
        return new Doubt(strikes + 1, now.plus(wait), strike);
    }

    boolean holds(Instant now, int inFlight) {
        return strikes > 0 && (now.isBefore(until) || inFlight > 0);
    }
}
