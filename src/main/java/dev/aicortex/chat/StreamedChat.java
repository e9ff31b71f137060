package dev.aicortex.chat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.gateway.calls.AnswerLine;
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

/** Hands out the events of an answer one at a time. */
final class StreamedChat extends ChatClient implements Conversation {
    private final Context context;
    private final Function<StreamedChat, Dispatch> start;
    private final Deque<StreamEvent> ready = new ArrayDeque<>();
    private @Nullable Promise<StreamEvent> waiting;
    private @Nullable CortexException failure;
    private @Nullable Dispatch dispatch;
    private Runnable whenDrained = () -> {};
    private volatile Transcript transcript = new Transcript("");
    private boolean over;

    /**
     * @param context of an event loop
     * @param start begins the request, on that event loop
     */
    StreamedChat(Context context, Function<StreamedChat, Dispatch> start) {
        this.context = context;
        this.start = start;
    }

    @Override
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
    void begin(String server) {
        transcript = new Transcript(server);
    }

    @Override
    void part(AnswerLine.Part part) {
        offer(transcript.add(part));
    }

    @Override
    void last(AnswerLine.Last last) {
        over = true;
        offer(transcript.add(last));
    }

    @Override
    void broken(Ending how, String reason) {
        over = true;
        String text =
                how instanceof Ending.Interrupted
                        ? reason + " and broke off the answer"
                        : "server %s broke off its answer: %s".formatted(server(), reason);
        offer(List.of(new StreamEvent.Failed(text, transcript.text())));
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

    @Override
    public ChatResponse soFar() {
        return transcript.response();
    }

    @Override
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
