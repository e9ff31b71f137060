package dev.aicortex.gateway.tracing;

import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
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
     * @param ask what the server was chosen for
     * @param facts what the choice rested on
     */
    default AttemptTrace asking(
            Server server, ModelName model, int number, boolean streams, Ask ask, Facts facts) {
        return AttemptTrace.NONE;
    }

    /**
     * It has ended.
     *
     * @param id what its client knows it by; empty where it has no such name
     */
    default void ended(String id, UsageRecord record) {}
}
