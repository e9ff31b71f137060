package dev.aicortex.fleet;

import java.time.Duration;

/**
 * A server that holds the model, with the facts that a choice rests on.
 *
 * @param inFlight requests it is working on for this gateway
 * @param doubtful whether it failed lately and has not answered since
 * @param breakerWait how long its breaker keeps requests away; zero when one may go
 */
public record Candidate(ServerState state, int inFlight, boolean doubtful, Duration breakerWait) {
    /** The server with the facts of this moment. */
    public static Candidate of(ServerState state) {
        Server server = state.server();
        return new Candidate(state, server.inFlight(), server.doubtful(), server.breakerWait());
    }

    public Server server() {
        return state.server();
    }

    /** Whether a request may go there now. */
    public boolean open() {
        return state.up() && breakerWait.isZero() && !server().draining();
    }
}
