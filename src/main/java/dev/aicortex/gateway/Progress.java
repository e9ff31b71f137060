package dev.aicortex.gateway;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * When a client is told what its request waits for: when that changes, and, as it takes the place
 * of a heartbeat, as often as one is due. Times are those of nanoTime.
 */
final class Progress {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Instant since = Instant.now();
    private final long heartbeatNanos;
    private long dueNanos;
    private long saidNanos;
    private String said = "";

    /**
     * @param now when the wait begins
     * @param heartbeatNanos after so much silence a client has to hear something
     */
    Progress(long now, long heartbeatNanos) {
        this.heartbeatNanos = heartbeatNanos;
        this.dueNanos = now + Math.min(FIRST_NANOS, heartbeatNanos);
    }

    Instant since() {
        return since;
    }

    /** Whether it is time to look what it waits for. */
    boolean due(long now) {
        return now - dueNanos >= 0;
    }

    /** Whether these words are to be said now; they are not looked at again for a while. */
    boolean news(long now, String words) {
        dueNanos = now + Math.min(EACH_NANOS, heartbeatNanos);
        boolean known = words.equals(said) && now - saidNanos < heartbeatNanos;
        if (words.isEmpty() || known) {
            return false;
        }
        said = words;
        saidNanos = now;
        return true;
    }
}
