package dev.aicortex.simulator;

import java.time.Instant;

/** A model in memory, with its prompt caches. */
final class Runner {
    private final PromptCache cache;
    private final SimulatedModel model;
    private final int contextLength;
    private Instant expiresAt = Instant.MAX;
    private int users;

    /**
     * @param model that loaded it: the server lists it under this one's name
     */
    Runner(SimulatedModel model, int contextLength, PromptCache cache) {
        this.model = model;
        this.contextLength = contextLength;
        this.cache = cache;
    }

    SimulatedModel model() {
        return model;
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
    }
}
