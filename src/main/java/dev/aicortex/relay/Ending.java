package dev.aicortex.relay;

import java.util.Optional;

/** How an answer ended at the client. */
public sealed interface Ending {
    /** Whole, with its terminal event. */
    record Complete() implements Ending {}

    /**
     * The server broke off; the client was told so, unless nothing had reached it yet or another
     * server may go on ({@link Rewriting#goesOn}).
     *
     * @param reason of the gateway's own making
     * @param clean whether the server ended it as if all were well, but without its terminal event
     * @param words the server's own, when it said why; never to be logged
     */
    record Truncated(String reason, boolean clean, Optional<String> words) implements Ending {
        private static final String SAID = "it sent an error";

        /** It said so in these words; empty where they could not be read. */
        public static Truncated said(Optional<String> words) {
            return new Truncated(SAID, false, words);
        }

        /** It ended as if all were well. */
        public static Truncated clean(String reason) {
            return new Truncated(reason, true, Optional.empty());
        }

        /** It broke. */
        public static Truncated broken(String reason) {
            return new Truncated(reason, false, Optional.empty());
        }
    }

    /**
     * The server said in place of an answer, or after its beginning, that there is none. Of an
     * answer that has begun only when the request was wrong.
     *
     * @param words its own; never to be logged
     */
    record Failed(String words) implements Ending {}

    /** The gateway stopped before the server was done; the client was told so. */
    record Interrupted() implements Ending {}

    /** The client left first. */
    record ClientGone() implements Ending {}

    /** For metrics and traces. */
    default String word() {
        return switch (this) {
            case Complete _ -> "complete";
            case Truncated _ -> "truncated";
            case Failed _ -> "failed";
            case Interrupted _ -> "interrupted";
            case ClientGone _ -> "client_gone";
        };
    }
}
