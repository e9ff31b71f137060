package dev.aicortex.relay;

/** How an answer ended at the client. */
public sealed interface Ending {
    /** Whole, with its terminal event. */
    record Complete() implements Ending {}

    /**
     * The server broke off; the client was told so, unless nothing had reached it yet or another
     * server may go on ({@link Rewriting#goesOn}).
     *
     * @param clean whether the server ended it as if all were well, but without its terminal event
     */
    record Truncated(String reason, boolean clean) implements Ending {}

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
}
