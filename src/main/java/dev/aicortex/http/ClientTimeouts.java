package dev.aicortex.http;

import java.time.Duration;

/**
 * How long one connection may keep the gateway waiting. It is looked at in equal steps, so that a
 * request costs no look at a clock:
 *
 * <ul>
 *   <li>before the first request's head is whole: {@code timeout};
 *   <li>in a body: as long as it comes with {@value #SLOWEST} bytes a second, short of what such a
 *       client sends within {@code timeout}. What the gateway does not read counts for nothing;
 *   <li>while an answer is due: for ever, unless the client takes nothing of it for {@code idle};
 *   <li>between requests: {@code idle}.
 * </ul>
 *
 * <p>Confined to the connection's event loop.
 */
final class ClientTimeouts {
    /**
     * Bytes a second, as other servers have it: slower than any line that a person would wait at.
     */
    static final int SLOWEST = 240;

    /** Steps in {@code timeout}: a limit may be noticed so much of it too late. */
    private static final int STEPS = 4;

    private final long stepNanos;
    private final int idleSteps;
    private final double bytesAStep;

    private boolean begun;
    private boolean inBody;
    private boolean held;

    /** Steps without a sign of life, where such are counted. */
    private int silent;

    /** What a client that is slow may still be short of, in bytes. */
    private double credit;

    private int received;
    private long untaken;

    /** What is to be done about a connection. */
    enum Verdict {
        GO_ON,
        /** The body of the request comes too slowly, or not at all. */
        SLOW_BODY,
        /** Nothing happens on it. */
        IDLE
    }

    ClientTimeouts(Duration timeout, Duration idle) {
        stepNanos = Math.max(1, timeout.toNanos() / STEPS);
        idleSteps = Math.clamp(idle.toNanos() / stepNanos, 1, Integer.MAX_VALUE);
        bytesAStep = SLOWEST * (stepNanos / 1e9);
        credit = full();
    }

    long stepNanos() {
        return stepNanos;
    }

    private double full() {
        return bytesAStep * STEPS;
    }

    /**
     * The head of a request is there.
     *
     * @param waits whether its client does not send the body before it is told to
     */
    void head(boolean waits) {
        begun = true;
        inBody = true;
        held = waits;
        credit = full();
        received = 0;
    }

    /** The client was told to send the body. */
    void welcomed() {
        held = false;
    }

    void body(int bytes, boolean last) {
        received += bytes;
        held = false;
        if (last) {
            inBody = false;
            silent = 0;
        }
    }

    /**
     * Another step of time has passed.
     *
     * @param reads whether the gateway reads what the client sends
     * @param due whether the client is owed an answer
     * @param full how many bytes the client must take before more are written; 0 where it need not
     */
    Verdict step(boolean reads, boolean due, long full) {
        if (inBody) {
            return inBody(reads);
        }
        boolean quiet = !due || (full > 0 && full == untaken);
        untaken = full;
        silent = quiet ? silent + 1 : 0;
        return silent >= (begun ? idleSteps : STEPS) ? Verdict.IDLE : Verdict.GO_ON;
    }

    private Verdict inBody(boolean reads) {
        silent = 0;
        credit = reads && !held ? Math.min(full(), credit + received) - bytesAStep : full();
        received = 0;
        return credit > 0 ? Verdict.GO_ON : Verdict.SLOW_BODY;
    }
}
