package dev.aicortex.routing;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How much later than expected a model's first bytes came, the last ones of them: what lies beyond
 * most of these is unusual. Immutable.
 */
public final class Lateness {
    public static final Lateness UNKNOWN = new Lateness(new double[0]);

    /** Old ones are forgotten one by one. */
    private static final int REMEMBERED = 100;

    /** With fewer nobody knows what is usual: one in twenty must have been seen. */
    private static final int ENOUGH = 20;

    private static final double QUANTILE = 0.95;

    private final double[] millis; // the oldest first

    private Lateness(double[] millis) {
        this.millis = millis;
    }

    /** With one more, in milliseconds; negative when the byte came sooner than expected. */
    public Lateness learned(double late) {
        int from = millis.length == REMEMBERED ? 1 : 0;
        double[] all = Arrays.copyOfRange(millis, from, millis.length + 1);
        all[all.length - 1] = late;
        return new Lateness(all);
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
