package dev.aicortex.gateway;

import dev.aicortex.model.Dialect;

/**
 * One inference route.
 *
 * @param path on the gateway and on the servers alike
 * @param streamsByDefault whether a request without {@code stream} is answered as a stream
 * @param errors how errors look here
 */
public record Route(Dialect dialect, String path, boolean streamsByDefault, ErrorEnvelope errors) {}
