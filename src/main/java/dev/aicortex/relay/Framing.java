package dev.aicortex.relay;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.dialect.StreamKind;
import dev.aicortex.dialect.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;

/**
 * Follows an answer as it comes: what may go on, so that a client never gets half an event, whether
 * it says something yet, and whether it has its end.
 */
interface Framing {
    /** Takes what the server sent; gives what may go to the client now, possibly nothing. */
    Buffer accept(Buffer chunk);

    /** What was held back, at the end. */
    Buffer rest();

    /** Whether anything of the answer itself has come: a text, a thought, a tool call, its end. */
    boolean said();

    /** Whether it has its terminal event, wherever that stands, or ends as a document must. */
    boolean complete();

    /** The kind of stream that it is; empty when only the connection tells its end. */
    default Optional<StreamKind> kind() {
        return Optional.empty();
    }

    /**
     * The server's own words, when it says that there is no answer before it has said any, or that
     * there will be no more in a form that has not been passed on.
     */
    default Optional<String> failure() {
        return Optional.empty();
    }

    /** Whether what was passed on last tells that there will be no more. */
    default boolean toldFailure() {
        return false;
    }

    /** The words of an error that was passed on last, if they can be read. */
    default Optional<String> errorWords() {
        return Optional.empty();
    }

    /** Whether what has gone on ends with a whole event, so that another one may follow. */
    default boolean betweenEvents() {
        return false;
    }

    /** The last events, or the end of the document: where the tokens are counted. */
    Buffer tail();

    /** How an answer of this content type, at this endpoint, is cut. */
    static Framing of(String contentType, Endpoint endpoint) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            return new StreamFraming(StreamKind.events(endpoint));
        }
        if (type.startsWith("application/x-ndjson")) {
            return new StreamFraming(StreamKind.OLLAMA_NDJSON);
        }
        return type.startsWith("application/json") ? new WholeFraming() : new TextFraming();
    }

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
