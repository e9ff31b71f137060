package dev.aicortex.gateway.request;

import dev.aicortex.model.CortexException;

/** The body in which a dialect's clients look for an error. */
@FunctionalInterface
public interface ErrorEnvelope {
    /**
     * The error as JSON text.
     *
     * @param requestId as the answer's {@code x-request-id} has it
     */
    String body(CortexException error, String requestId);
}
