package dev.aicortex.gateway.tracing;

import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.usage.UsageRecord;

/** Follows one request from its arrival to its end. Confined to the request's event loop. */
public interface RequestTrace {
    /** Follows nothing. */
    RequestTrace NONE = new RequestTrace() {};

    /** It had to wait for a place on a server, and waits no longer. */
    default void waited(long millis) {}

    /**
     * A server is to be asked.
     *
     * @param number of the attempt, from 1
     */
    default AttemptTrace asking(Server server, ModelName model, int number, boolean streams) {
        return AttemptTrace.NONE;
    }

    /** It has ended. */
    default void ended(UsageRecord record) {}
}
