package dev.aicortex.usage;

import java.time.Duration;
import java.util.Locale;

/** A time over which is summed up: a minute, an hour or a day, in UTC. */
public enum Span {
    MINUTE(Duration.ofMinutes(1), Duration.ofDays(2)),
    HOUR(Duration.ofHours(1), Duration.ofDays(90)),
    DAY(Duration.ofDays(1), Duration.ofDays(2 * 365 + 1));

    private final long millis;
    private final long kept;

    Span(Duration length, Duration kept) {
        this.millis = length.toMillis();
        this.kept = kept.toMillis();
    }

    long millis() {
        return millis;
    }

    /** When what is older is let go of. */
    long oldest(long now) {
        return begin(now - kept);
    }

    /** When the span begins in which something happened. */
    long begin(long at) {
        return Math.floorDiv(at, millis) * millis;
    }

    /** The finest one that still has sums of that time. */
    static Span finest(long since, long now) {
        for (Span each : values()) {
            if (since >= each.oldest(now)) {
                return each;
            }
        }
        return DAY;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
