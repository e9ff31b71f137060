package dev.aicortex.api;

import java.util.Iterator;

/**
 * An answer as it comes, for one thread that waits for it; {@link #close} may come from any.
 *
 * <p>Lazy: nothing is sent before the first {@code next()}, {@link #text} or {@link #response}. One
 * event at a time: the server is read on only when the events that have come are used up, so that a
 * slow reader slows the server and memory stays flat. Close it when it is not read to its end: that
 * stops the generation at the server.
 *
 * <p>Until the first event {@code next()} throws what {@code Cortex.chat} throws. Afterwards
 * whatever happens to the answer is told as a {@link StreamEvent.Failed}, which is then the last
 * event. A thread that is interrupted while it waits gets a {@code ServerException}, one whose
 * stream another thread closes an {@link IllegalStateException}.
 */
public interface ChatStream extends Iterable<StreamEvent>, AutoCloseable {
    /** The events, once only: an {@link IllegalStateException} the second time. */
    @Override
    Iterator<StreamEvent> iterator();

    /**
     * Reads what is left and gives the text of the whole answer, what was iterated included.
     *
     * @throws dev.aicortex.model.StreamException when the answer broke off; it has the partial text
     */
    String text();

    /** The same with all that came beside the text: thinking, tool calls, usage. */
    ChatResponse response();

    /** Stops the generation unless the answer is whole; may be called twice. */
    @Override
    void close();
}
