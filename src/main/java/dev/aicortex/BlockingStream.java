package dev.aicortex;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.ChatStream;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.chat.Conversation;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.StreamException;
import io.vertx.core.Context;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A conversation whose events a thread waits for, platform or virtual; and how a thread waits. */
final class BlockingStream implements ChatStream {
    private final Conversation conversation;
    private boolean iterated;
    private boolean over;
    private @Nullable RuntimeException failure;

    BlockingStream(Conversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public Iterator<StreamEvent> iterator() {
        if (iterated) {
            throw new IllegalStateException(
                    "a ChatStream is iterated once only; ask again for another answer, or keep the events");
        }
        iterated = true;
        return new Iterator<>() {
            // nothing is fetched to know it: a stream ends with its last event
            @Override
            public boolean hasNext() {
                return !over;
            }

            @Override
            public StreamEvent next() {
                if (over) {
                    throw new NoSuchElementException("the stream has ended");
                }
                return read();
            }
        };
    }

    private StreamEvent read() {
        mayWait("stream");
        try {
            StreamEvent event = await(conversation.next().toCompletionStage());
            over = event.last();
            if (event instanceof StreamEvent.Failed broken) {
                failure = new StreamException(broken.error(), broken.partial());
            }
            return event;
        } catch (CortexException | IllegalStateException e) {
            over = true;
            failure = e;
            conversation.close();
            throw e;
        }
    }

    @Override
    public String text() {
        return response().text();
    }

    @Override
    public ChatResponse response() {
        iterated = true;
        while (!over) {
            read();
        }
        if (failure != null) {
            throw failure;
        }
        return conversation.soFar();
    }

    @Override
    public void close() {
        conversation.close();
    }

    /** Refuses to go on upon an event loop, which would wait for itself. */
    static void mayWait(String method) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException(
                    "Cortex.%s waits for a server and must not be called on the event loop thread %s; call its asynchronous form, or annotate the caller with @RunOnVirtualThread or @Blocking"
                            .formatted(method, Thread.currentThread().getName()));
        }
    }

    /** The result, or what it failed with. An interrupt cancels the stage. */
    static <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> result = stage.toCompletableFuture();
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw ServerException.exhausted("the thread was interrupted while it waited");
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case CortexException known -> known;
                case IllegalStateException known -> known;
                case null, default -> new IllegalStateException(e);
            };
        }
    }
}
