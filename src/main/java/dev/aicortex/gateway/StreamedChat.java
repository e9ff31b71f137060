package dev.aicortex.gateway;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands out the events of an answer one at a time; confined to its event loop. */
final class StreamedChat extends Question implements Conversation {
    private final Context context;
    private final Failover failover;
    private final Drain drain;
    private final Deque<StreamEvent> ready = new ArrayDeque<>();
    private @Nullable Promise<StreamEvent> waiting;
    private @Nullable Throwable failure;
    private @Nullable Reading reading;
    private volatile Transcript transcript = new Transcript("");
    private boolean started;
    private boolean over;

    StreamedChat(
            Means means,
            Context context,
            Failover failover,
            Drain drain,
            ChatRequest chat,
            Only only) {
        super(means, chat, only);
        this.context = context;
        this.failover = failover;
        this.drain = drain;
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
            fetch();
        }
    }

    private void fetch() {
        if (!started) {
            started = true;
            begin();
        } else if (reading != null) {
            reading.more();
        }
    }

    private void begin() {
        if (!drain.admits(this)) {
            failed(Drain.stopping());
            return;
        }
        failover.run(this)
                .onFailure(this::failed)
                .onComplete(_ -> {
                    failover.close(this);
                    drain.ended(this);
                });
    }

    private void failed(Throwable why) {
        failure = Failover.asCortexException(why);
        if (waiting != null) {
            waiting.fail(failure);
            waiting = null;
        }
    }

    @Override
    public void begin(Reading begun) {
        reading = begun;
        transcript = new Transcript(server());
    }

    @Override
    public void part(AnswerLine.Part part) {
        offer(transcript.add(part));
    }

    @Override
    public void last(AnswerLine.Last last) {
        over = true;
        offer(transcript.add(last));
    }

    @Override
    public void broken(String reason) {
        fail("server %s broke off its answer: %s".formatted(server(), reason));
    }

    private void fail(String text) {
        over = true;
        offer(List.of(new StreamEvent.Failed(text, transcript.text())));
    }

    @Override
    public boolean wantsMore() {
        return waiting != null;
    }

    private void offer(List<StreamEvent> events) {
        ready.addAll(events);
        Promise<StreamEvent> asked = waiting;
        if (asked != null && !ready.isEmpty()) {
            waiting = null;
            asked.complete(ready.poll());
        }
    }

    @Override
    public ChatResponse soFar() {
        return transcript.response();
    }

    @Override
    public void close() {
        context.runOnContext(_ -> left());
    }

    @Override
    void stop() {
        context.runOnContext(_ -> stopped());
    }

    private void stopped() {
        if (over || failure != null) {
            return;
        }
        if (reading == null) {
            failed(Drain.stopping());
            clientGone();
        } else {
            fail("the gateway is stopping and broke off the answer");
            interrupt("the gateway is stopping");
        }
    }

    private void left() {
        if (over || failure != null) {
            return;
        }
        over = true;
        ready.clear();
        if (started) {
            clientGone();
        }
        if (waiting != null) {
            waiting.fail(new IllegalStateException("the stream was closed"));
            waiting = null;
        }
    }
}
