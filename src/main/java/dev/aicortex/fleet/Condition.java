package dev.aicortex.fleet;

import io.smallrye.faulttolerance.api.CircuitBreakerState;

/**
 * How it is with a server at one moment, in one word for people.
 *
 * @param state {@code up}, {@code waiting}, {@code doubtful}, {@code breaker_open}, {@code
 *     draining}, {@code waking}, {@code asleep}, {@code down} or {@code unknown}
 * @param reason why it is not just up; empty when it is
 */
public record Condition(String state, String reason) {
    /**
     * Of a server.
     *
     * @param waking whether its machine is being woken
     * @param waitedFor whether requests wait that could go there
     */
    public static Condition of(ServerState of, boolean waking, boolean waitedFor) {
        return switch (of.health()) {
            case Health.Unknown _ -> new Condition("unknown", "not probed yet");
            case Health.Down down -> new Condition("down", down.reason());
            case Health.Asleep _ when waking ->
                    new Condition("waking", "a request needs it, and its machine is being woken");
            case Health.Asleep asleep -> new Condition("asleep", asleep.reason());
            case Health.Up _ -> up(of.server(), waking, waitedFor);
        };
    }

    /** Of several the one that keeps most requests away. */
    private static Condition up(Server server, boolean waking, boolean waitedFor) {
        if (server.draining()) {
            int left = server.inFlight();
            return new Condition(
                    "draining",
                    left == 0
                            ? "it gets no new requests, and works on none"
                            : "it gets no new requests; still running: " + left);
        }
        if (waking) {
            return new Condition("waking", "a request needs it, and it was about to sleep");
        }
        if (server.rest().stage() != Rest.Stage.AWAKE) {
            return new Condition("asleep", "nobody has needed it for long: it is about to sleep");
        }
        if (server.breakerState() != CircuitBreakerState.CLOSED) {
            return new Condition(
                    "breaker_open", "too many requests failed there: it gets none for a moment");
        }
        if (server.doubtful()) {
            return new Condition(
                    "doubtful",
                    server.strikes() == 0
                            ? "it said a moment ago that it is busy"
                            : "it failed lately and has not answered since");
        }
        return server.full() && waitedFor
                ? new Condition("waiting", "all its places are taken, and requests wait")
                : new Condition("up", "");
    }
}
