package dev.aicortex.relay;

/** How an answer ended at the client. */
public sealed interface Ending {
    /** Whole, with its terminal event. */
    record Complete() implements Ending {}

    /**
     * The server broke off; the client was told so, unless nothing had reached it yet or another
     * server may go on ({@link Rewriting#goesOn}).
     */
    record Truncated(String reason) implements Ending {}

    /**
     * The server judged the request wrong after its answer had a good head.
     *
     * @param words its own; never to be logged
     */
    record Rejected(String words) implements Ending {}

    /** The gateway stopped before the server was done; the client was told so. */
    record Interrupted() implements Ending {}

    /** The client left first. */
    record ClientGone() implements Ending {}
}
