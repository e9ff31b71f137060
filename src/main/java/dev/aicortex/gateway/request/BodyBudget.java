package dev.aicortex.gateway.request;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory all request bodies together may take; what exceeds it goes to files. */
public final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes unless that would exceed the limit. */
    boolean take(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        release(bytes);
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
