package dev.aicortex.fleet;

import dev.aicortex.model.CortexException;
import java.util.Optional;

/** What became of one attempt on one server, up to the first byte that reached the client. */
public sealed interface Outcome {
    /** The answer is on its way to the client. */
    record Answered() implements Outcome {}

    /** Nothing was sent: the next server may have it. */
    record Refused(String reason) implements Outcome {
        /** Nobody was asked: the breaker keeps requests away. */
        public static final Refused BREAKER_OPEN = new Refused("its breaker is open");
    }

    /**
     * The server failed after it had the request.
     *
     * @param unclear the server's own 5xx, when it does not show whether the request caused it
     */
    record Broken(String reason, Optional<Reply> unclear) implements Outcome {
        public static Broken because(String reason) {
            return new Broken(reason, Optional.empty());
        }

        public static Broken unclear(String reason, Reply reply) {
            return new Broken(reason, Optional.of(reply));
        }
    }

    /** The server judged the request wrong: its answer is the client's. */
    record Rejected(Reply reply) implements Outcome {}

    /**
     * The server cannot serve this request, for a reason that says nothing of its health.
     *
     * @param status what the client gets when all servers say the same; 0 when that is theirs to
     *     mend
     */
    record Lost(String reason, int status) implements Outcome {
        /** When all servers say so, the model is unknown. */
        public static final Lost MODEL = new Lost("it no longer has the model", 404);

        /** When all servers say so, the fleet has no such route. */
        public static final Lost ROUTE = new Lost("it has no such route", 404);

        /** That is the server's to mend. */
        public Lost(String reason) {
            this(reason, 0);
        }
    }

    /** The server has no room at the moment. */
    record Full(Reply reply) implements Outcome {}

    /** The gateway could not send the request: its own fault, not the server's. */
    record Unsent(CortexException error) implements Outcome {}

    /** Another server began to answer first; nobody's fault. */
    record Outrun() implements Outcome {}

    /** The client left; nobody's fault. */
    record ClientGone() implements Outcome {}

    /** For metrics and traces. */
    default String word() {
        return switch (this) {
            case Answered _ -> "answered";
            case Refused _ -> "refused";
            case Broken _ -> "broken";
            case Rejected _ -> "rejected";
            case Lost _ -> "lost";
            case Full _ -> "full";
            case Unsent _ -> "unsent";
            case Outrun _ -> "outrun";
            case ClientGone _ -> "client_gone";
        };
    }
}
