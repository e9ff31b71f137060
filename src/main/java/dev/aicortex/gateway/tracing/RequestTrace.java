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

    /** It had to wait for a place on a server, or for a load, and waits no longer. */
    default void waited(long millis) {}

    /**
     * A part of that it waited for its model to be loaded.
     *
     * @param reason why the model is not in memory there; empty where it is
     */
    default void waitedForLoad(Server server, long millis, String reason) {}

    /** The gateway refuses it, for this reason, which has nothing that a client made up. */
    default void refused(String reason) {}

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
