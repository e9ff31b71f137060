package dev.aicortex.fleet;

import java.util.Optional;

/** What became of one attempt on one server, up to the first byte that reached the client. */
public sealed interface Outcome {
    /** The answer is on its way to the client. */
    record Answered() implements Outcome {}

    /** Nothing was sent: the next server may have it. */
    record Refused(String reason) implements Outcome {}

    /**
     * The server failed after it had the request.
     *
     * @param unclear the server's own 5xx, when it does not show whether the request caused it
     * @param timeout whether the server was silent for too long
     */
    record Broken(String reason, Optional<Reply> unclear, boolean timeout) implements Outcome {
        public static Broken because(String reason) {
            return new Broken(reason, Optional.empty(), false);
        }

        public static Broken late(String reason) {
            return new Broken(reason, Optional.empty(), true);
        }

        public static Broken unclear(String reason, Reply reply) {
            return new Broken(reason, Optional.of(reply), false);
        }
    }

    /** The server judged the request wrong: its answer is the client's. */
    record Rejected(Reply reply) implements Outcome {}

    /** The server no longer has the model. Beside DESIGN's six: all of them lost is a 404. */
    record Lost() implements Outcome {}

    /** The server has no room at the moment. */
    record Full(Reply reply) implements Outcome {}

    /** The client left; nobody's fault. */
    record ClientGone() implements Outcome {}
}
