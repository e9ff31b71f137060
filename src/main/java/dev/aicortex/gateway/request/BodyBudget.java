package dev.aicortex.gateway.request;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory all request bodies together may take; what exceeds it goes to files. */
public final class BodyBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public BodyBudget(long limit) {
        this.limit = limit;
    }

    /** A fifth of the heap. */
    public static BodyBudget ofHeap() {
        return new BodyBudget(Runtime.getRuntime().maxMemory() / 5);
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

    long used() {
        return used.get();
    }
}
