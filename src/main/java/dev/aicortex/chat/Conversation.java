package dev.aicortex.chat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import io.vertx.core.Future;

/**
 * A chat whose answer is given out event by event, each when it is asked for. May be used from any
 * thread, by one at a time; {@link #close} from any at any time.
 */
public interface Conversation {
    /**
     * The next event, which is only then fetched; the first one sends the request. Ask again only
     * after it is there.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} when there will be no answer,
     *     and with an {@link IllegalStateException} once it is closed
     */
    Future<StreamEvent> next();

    /** What has been said by the events so far, and beside them. */
    ChatResponse soFar();

    /** Stops the server unless the answer has ended. */
    void close();
}
