package dev.aicortex.testing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is told to go on. */
public final class StepClock extends Clock {
    private long millis = 1_000_000;

    /** Goes on by so many milliseconds. */
    public void step(long by) {
        millis += by;
    }

    /** Goes on to this moment. */
    public void at(long nowMillis) {
        millis = nowMillis;
    }

    @Override
    public long millis() {
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("it tells no local time");
    }
}
