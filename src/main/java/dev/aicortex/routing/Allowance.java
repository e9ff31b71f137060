package dev.aicortex.routing;

/**
 * How many requests may be sent a second time: each request earns a share of one, and what is not
 * spent is kept for a little while only, so that a burst cannot come of it. Immutable.
 *
 * @param earned in requests
 */
public record Allowance(double earned) {
    public static final Allowance NONE = new Allowance(0);

    /** Of a second request, for each request: so at most one in twenty is added. */
    private static final double SHARE = 0.05;

    private static final double MOST = 5;

    /** After one more request. */
    public Allowance afterRequest() {
        return new Allowance(Math.min(MOST, earned + SHARE));
    }

    /** Whether one may be sent a second time. */
    public boolean suffices() {
        return earned >= 1;
    }

    /** After one that {@link #suffices} let be sent. */
    public Allowance spent() {
        return new Allowance(earned - 1);
    }
}
