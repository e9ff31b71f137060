package dev.aicortex.gateway.request;

import dev.aicortex.model.Dialect;
import dev.aicortex.model.Endpoint;

/**
 * One inference route.
 *
 * @param errors how errors look here
 */
public record Route(Endpoint endpoint, ErrorEnvelope errors) {
    public Dialect dialect() {
        return endpoint.dialect();
    }
}
