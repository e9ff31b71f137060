package dev.aicortex.gateway.watch;

/** An amount a second, as the average of the last minute. Times in milliseconds since 1970. */
final class Rate {
    private static final int SECONDS = 60;

    private final double[] amounts = new double[SECONDS];

    /** The last one that the amounts reach to. */
    private long second;

    /** So much was done in this time: each second of it had its share. */
    synchronized void add(long from, long to, double amount) {
        long end = Math.max(to, from + 1);
        double share = amount / (end - from);
        reach((end - 1) / 1_000);
        for (long each = Math.max(from / 1_000, second - SECONDS + 1); each * 1_000 < end; each++) {
            long inside = Math.min(end, each * 1_000 + 1_000) - Math.max(from, each * 1_000);
            amounts[(int) (each % SECONDS)] += share * inside;
        }
    }

    synchronized double aSecond(long now) {
        reach(now / 1_000);
        double sum = 0;
        for (double amount : amounts) {
            sum += amount;
        }
        return sum / SECONDS;
    }

    /** The seconds between have had nothing. */
    private void reach(long last) {
        for (long each = Math.max(second, last - SECONDS) + 1; each <= last; each++) {
            amounts[(int) (each % SECONDS)] = 0;
        }
        second = Math.max(second, last);
    }
}
