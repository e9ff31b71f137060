package dev.aicortex.relay;

import io.vertx.core.buffer.Buffer;

/** How an answer is cut, so that a client never gets half an event of a stream that broke. */
interface Framing {
    /** Takes what the server sent; gives what may go to the client now, possibly nothing. */
    Buffer accept(Buffer chunk);

    /** What was held back, for an answer that ended as it should. */
    Buffer rest();

    /** Whether what came so far ends as this kind of answer must. */
    boolean complete();

    /** Whether its last event tells its end; otherwise only the connection does. */
    boolean hasTerminalEvent();

    /** What ends the answer at the client when the server did not; empty when words cannot. */
    Buffer errorFrame(String message);

    /** Whether the server itself told at its end that there will be no more. */
    boolean toldFailure();

    /** The last events, or the end of the document: where the tokens are counted. */
    Buffer tail();

    /** As much of the end of two pieces as may have counts; the first one is rarely needed. */
    static Buffer tail(Buffer before, Buffer last) {
        int missing = Math.min(Usage.REACH - last.length(), before.length());
        return missing <= 0
                ? last
                : Buffer.buffer(missing + last.length())
                        .appendBuffer(before, before.length() - missing, missing)
                        .appendBuffer(last);
    }
}
