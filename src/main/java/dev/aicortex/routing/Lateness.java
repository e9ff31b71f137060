package dev.aicortex.routing;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How much later than expected a model's first bytes came, the last ones of them: what lies beyond
 * most of these is unusual. Immutable.
 */
public final class Lateness {
    public static final Lateness UNKNOWN = new Lateness(new double[0], 0);

    /** Old ones are forgotten one by one. */
    private static final int REMEMBERED = 100;

    /** With fewer nobody knows what is usual: one in twenty must have been seen. */
    private static final int ENOUGH = 20;

    private static final double QUANTILE = 0.95;

    private final double[] millis;
    private final int next;

    private Lateness(double[] millis, int next) {
        this.millis = millis;
        this.next = next;
    }

    /**
     * With one more.
     *
     * @param late in milliseconds, negative when the byte came sooner than expected
     */
    public Lateness learned(double late) {
        boolean full = millis.length == REMEMBERED;
        double[] all = Arrays.copyOf(millis, full ? REMEMBERED : millis.length + 1);
        all[full ? next : millis.length] = late;
        return new Lateness(all, full ? (next + 1) % REMEMBERED : 0);
    }

    /** What nineteen in twenty are not later than, in milliseconds; empty while too few came. */
    public OptionalDouble usual() {
        if (millis.length < ENOUGH) {
            return OptionalDouble.empty();
        }
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return OptionalDouble.of(sorted[(int) Math.ceil(sorted.length * QUANTILE) - 1]);
    }
}
