package dev.aicortex.gateway.watch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How long a server's streams took to their first tokens, in spans of 15 seconds. The span that
 * runs is counted in steps that grow with the time, each an eighth of it at the most; of one that
 * is over two figures are kept.
 */
final class FirstTokens {
    static final long SPAN_MILLIS = 15_000;

    /** How many spans that are over can be told. */
    static final int SPANS = 60;

    private static final int STEPS_A_DOUBLING = 8;

    /** More than the first byte of any answer takes: some twelve days. */
    private static final int LONGEST = 1 << 30;

    private final int[] counts = new int[step(LONGEST) + 1];
    private final @Nullable Span[] closed = new Span[SPANS];
    private long running;
    private int total;

    /**
     * A span that is over.
     *
     * @param number since 1970
     * @param p50 milliseconds that half of its streams took at the most
     * @param p95 the same for 19 of 20
     */
    record Span(long number, int p50, int p95) {}

    synchronized void add(long now, long millis) {
        reach(now / SPAN_MILLIS);
        counts[step(Math.clamp(millis, 0, LONGEST))]++;
        total++;
    }

    /** One that is over; null where no stream began in it, or where it was too long ago. */
    synchronized @Nullable Span span(long number) {
        reach(number + 1);
        Span there = closed[(int) (number % SPANS)];
        return there != null && there.number == number ? there : null;
    }

    private void reach(long number) {
        if (number <= running) {
            return;
        }
        if (total > 0) {
            closed[(int) (running % SPANS)] = new Span(running, part(0.5), part(0.95));
            Arrays.fill(counts, 0);
            total = 0;
        }
        running = number;
    }

    private int part(double share) {
        long left = (long) Math.ceil(share * total);
        int step = -1;
        while (left > 0) {
            step++;
            left -= counts[step];
        }
        return millis(step);
    }

    /** Exact below 16, then eight steps for each doubling. */
    private static int step(int millis) {
        if (millis < STEPS_A_DOUBLING) {
            return millis;
        }
        int doublings = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(millis) - 3;
        return doublings * STEPS_A_DOUBLING + (millis >> doublings);
    }

    /** The middle of a step. */
    private static int millis(int step) {
        if (step < 2 * STEPS_A_DOUBLING) {
            return step;
        }
        int doublings = step / STEPS_A_DOUBLING - 1;
        int least = (step - doublings * STEPS_A_DOUBLING) << doublings;
        return least + (1 << doublings) / 2;
    }
}
