package dev.aicortex.simulator;

import java.time.Instant;

/** A model in memory, with its prompt caches. */
final class Runner {
    private final PromptCache cache;
    private Instant expiresAt = Instant.MAX;
    private int contextLength;
    private int users;

    Runner(PromptCache cache) {
        this.cache = cache;
    }

    PromptCache cache() {
        return cache;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    int contextLength() {
        return contextLength;
    }

    boolean idle() {
        return users == 0;
    }

    boolean expired() {
        return idle() && Instant.now().isAfter(expiresAt);
    }

    void enter() {
        users++;
    }

    void leave() {
        users--;
    }

    /** Notes that the model was asked something: it stays for as long as the request says. */
    void used(Asked asked) {
        expiresAt = Instant.now().plus(asked.keepAlive());
        contextLength = asked.contextLength();
    }
}
