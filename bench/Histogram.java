/**
 * Counts durations in log-sized buckets, 128 per doubling: a percentile is off by less than 0.8 %, and recording
 * allocates nothing.
 */
final class Histogram {
    private static final int PRECISION_BITS = 7;
    private static final int LINEAR_BUCKETS = 2 << PRECISION_BITS;

    private final long[] counts = new long[(64 - PRECISION_BITS) << PRECISION_BITS];
    private long total;
    private long max;

    void record(long nanos) {
        var value = Math.max(nanos, 0);
        counts[bucketOf(value)]++;
        total++;
        max = Math.max(max, value);
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
        total = 0;
        max = 0;
    }

    double maxMillis() {
        return max / 1e6;
    }

    /** The duration that the given share (0 to 1) of the recorded ones does not exceed; 0 when nothing was recorded. */
    double millisAt(double share) {
        var rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return Math.min(middleOf(bucket), max) / 1e6;
            }
        }
        return 0;
    }

    private static int bucketOf(long value) {
        var significantBits = 64 - Long.numberOfLeadingZeros(value);
        var shift = Math.max(0, significantBits - PRECISION_BITS - 1);
        return (shift << PRECISION_BITS) + (int) (value >>> shift);
    }

    private static long middleOf(int bucket) {
        if (bucket < LINEAR_BUCKETS) {
            return bucket;
        }
        var shift = (bucket >> PRECISION_BITS) - 1;
        var lowest = (long) (bucket - (shift << PRECISION_BITS)) << shift;
        return lowest + (1L << shift) / 2;
    }
}
