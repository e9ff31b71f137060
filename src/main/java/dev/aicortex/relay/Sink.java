package dev.aicortex.relay;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer goes: the response of a client, or whoever reads it in this process. Confined to
 * the event loop of the answer.
 */
public interface Sink {
    /**
     * Whether such an answer can follow what was sent before: only a stream follows the head of a
     * stream, which a heartbeat may have sent.
     *
     * @param stream whether it comes in events, else it is a document
     */
    default boolean takes(boolean stream) {
        return true;
    }

    /**
     * Whether it takes what a server says before an error that came in the same read; otherwise
     * another server is asked, as long as nothing has been given out.
     */
    default boolean eager() {
        return false;
    }

    /** Why the answer, as far as it has come, is of no use; null when it is. */
    default @Nullable String objection() {
        return null;
    }

    /**
     * The answer begins.
     *
     * @param pump that moves it
     * @param head of the server's answer
     */
    void begin(AnswerPump pump, HttpClientResponse head);

    /** A part of the answer. */
    void write(Buffer bytes);

    /** Whether it has enough for now: then {@link #whenDrained} tells when to go on. */
    default boolean full() {
        return false;
    }

    default void whenDrained(Runnable next) {}

    /**
     * The answer is whole.
     *
     * @param last of its bytes; may be empty
     * @return done when whoever asked has all of it
     */
    Future<Void> end(Buffer last);

    /**
     * The answer, which has begun, will not be whole.
     *
     * @param how it ended
     * @param reason in words
     * @return done when whoever asked knows
     */
    Future<Void> breakOff(Ending how, String reason);
}
