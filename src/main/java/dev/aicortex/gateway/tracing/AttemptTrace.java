package dev.aicortex.gateway.tracing;

import dev.aicortex.dialect.Usage;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.relay.Ending;
import io.vertx.core.http.HttpClientRequest;

/** Follows one attempt of a request. */
public interface AttemptTrace {
    /** Follows nothing. */
    AttemptTrace NONE = new AttemptTrace() {};

    /** The head that the client sent is written; the server is to go on with the trace. */
    default void sendTo(HttpClientRequest to) {}

    /** The server has begun to answer. */
    default void answers() {}

    /** This is what became of it, up to the first byte of an answer. */
    default void outcome(Outcome outcome) {}

    /** The answer that it began has ended. */
    default void ended(Ending how, Usage usage) {}
}
