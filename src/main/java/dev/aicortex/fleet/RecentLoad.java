package dev.aicortex.fleet;

/**
 * How many requests a server was given in about the last minute: those of this minute, and of the
 * one before the share that is less than a minute ago.
 */
final class RecentLoad {
    private static final long MILLIS = 60_000;

    private volatile Counts counts = new Counts(0, 0, 0);

    /**
     * @param minute since the epoch
     */
    private record Counts(long minute, int now, int before) {
        Counts in(long other) {
            if (other == minute) {
                return this;
            }
            return new Counts(other, 0, other == minute + 1 ? now : 0);
        }
    }

    double at(long nowMillis) {
        Counts all = counts;
        long since = nowMillis - all.minute * MILLIS;
        if (since < MILLIS) {
            return all.now + all.before * (1 - (double) since / MILLIS);
        }
        return since < 2 * MILLIS ? all.now * (2 - (double) since / MILLIS) : 0;
    }

    synchronized void add(long nowMillis) {
        Counts all = counts.in(nowMillis / MILLIS);
        counts = new Counts(all.minute, all.now + 1, all.before);
    }
}
