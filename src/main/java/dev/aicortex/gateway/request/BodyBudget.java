package dev.aicortex.gateway.request;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory all bodies of a kind together may take. What exceeds it of requests goes to
 * files, of answers is not remembered.
 */
public final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes unless that would exceed the limit. */
    public boolean take(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        release(bytes);
        return false;
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
