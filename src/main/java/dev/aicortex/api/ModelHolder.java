package dev.aicortex.api;

/**
 * One server that holds a model, as it is now and as the catalogue last knew it.
 *
 * @param url without credentials
 * @param inFleet whether requests can go there
 * @param health live: {@code up}, {@code down} or, always outside the fleet, {@code unknown}
 * @param reason why it is down, else empty
 * @param holds whether its last good model list has the model; false outside the fleet
 * @param inFlight requests that it is working on for this process
 * @param breaker of its circuit breaker, {@code closed}, {@code open} or {@code half_open}; empty
 *     outside the fleet
 * @param lastKnown the catalogue's {@code up}, {@code down} or {@code unknown}
 * @param lastSeen the day on which it last listed the model, empty when never
 * @param digest of the model there, empty when not known
 */
public record ModelHolder(
        String url,
        boolean inFleet,
        String health,
        String reason,
        boolean holds,
        int inFlight,
        String breaker,
        String lastKnown,
        String lastSeen,
        String digest) {}
