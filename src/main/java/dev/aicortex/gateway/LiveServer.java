package dev.aicortex.gateway;

import dev.aicortex.catalogue.Status;

/**
 * A server of a model at this moment.
 *
 * @param status as the fleet knows it; of a server outside the fleet as the catalogue remembers it
 * @param fleet whether requests can go there
 * @param holds whether it has the model: listed now, or once when it last answered
 * @param digest of the model there, empty while unknown
 * @param lastSeen the day it last listed the model, empty when never
 */
public record LiveServer(
        String url, Status status, boolean fleet, boolean holds, String digest, String lastSeen) {}
