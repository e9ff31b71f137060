package dev.aicortex.chat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.gateway.dispatch.Dispatch;
import dev.aicortex.model.CortexException;
import dev.aicortex.relay.Ending;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A chat whose answer is given out event by event, each when it is asked for. May be used from any
 * thread, by one at a time; {@link #close} from any at any time.
 */
public final class Conversation extends ChatClient {
    private final Context context;
    private final Function<Conversation, Dispatch> start;
    private final Deque<StreamEvent> ready = new ArrayDeque<>();
    private @Nullable Promise<StreamEvent> waiting;
    private @Nullable CortexException failure;
    private @Nullable Dispatch dispatch;
    private Runnable whenDrained = () -> {};
    private boolean over;

    /**
     * @param context of an event loop
     * @param start begins the request, on that event loop
     */
    Conversation(Context context, Function<Conversation, Dispatch> start) {
        this.context = context;
        this.start = start;
    }

    /**
     * The next event, which is only then fetched; the first one sends the request. Ask again only
     * after it is there.
     *
     * @return fails with a {@link CortexException} when there will be no answer, and with an {@link
     *     IllegalStateException} once it is closed
     */
    public Future<StreamEvent> next() {
        Promise<StreamEvent> event = Promise.promise();
        context.runOnContext(_ -> pull(event));
        return event.future();
    }

    private void pull(Promise<StreamEvent> event) {
        StreamEvent next = ready.poll();
        if (next != null) {
            event.complete(next);
        } else if (failure != null) {
            event.fail(failure);
        } else if (over) {
            event.fail(new IllegalStateException("the stream has ended"));
        } else {
            waiting = event;
            if (dispatch == null) {
                dispatch = start.apply(this);
            } else {
                whenDrained.run();
            }
        }
    }

    @Override
    void said(List<StreamEvent> events, boolean whole) {
        over |= whole;
        offer(events);
    }

    @Override
    void broken(Ending how, String reason) {
        over = true;
        String text =
                how instanceof Ending.Interrupted
                        ? reason + " and broke off the answer"
                        : "server %s broke off its answer: %s".formatted(server(), reason);
        offer(List.of(new StreamEvent.Failed(text, transcript().text())));
    }

    @Override
    void fail(CortexException error) {
        failure = error;
        if (waiting != null) {
            waiting.fail(error);
            waiting = null;
        }
    }

    private void offer(List<StreamEvent> events) {
        ready.addAll(events);
        Promise<StreamEvent> asked = waiting;
        if (asked != null && !ready.isEmpty()) {
            waiting = null;
            asked.complete(ready.poll());
        }
    }

    /** What was said before an error is an event, whether it came with the error or before it. */
    @Override
    public boolean eager() {
        return true;
    }

    @Override
    public boolean full() {
        return !over && waiting == null;
    }

    @Override
    public void whenDrained(Runnable next) {
        whenDrained = next;
    }

    /** What has been said by the events so far, and beside them. */
    public ChatResponse soFar() {
        return transcript().response();
    }

    /** Stops the server unless the answer has ended. */
    public void close() {
        context.runOnContext(_ -> left());
    }

    private void left() {
        if (over || failure != null) {
            return;
        }
        over = true;
        ready.clear();
        if (dispatch != null) {
            dispatch.clientGone();
        }
        if (waiting != null) {
            waiting.fail(new IllegalStateException("the stream was closed"));
            waiting = null;
        }
    }
}
