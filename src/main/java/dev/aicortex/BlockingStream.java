package dev.aicortex;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.ChatStream;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.gateway.Conversation;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.StreamException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A conversation whose events a thread waits for. */
final class BlockingStream implements ChatStream {
    private final Conversation conversation;
    private boolean iterated;
    private boolean over;
    private StreamEvent.@Nullable Failed failed;
    private @Nullable RuntimeException thrown;

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
        return new Events();
    }

    /**
     * Nothing is fetched to know whether there is a next one: a stream ends with its last event.
     */
    private final class Events implements Iterator<StreamEvent> {
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
    }

    private StreamEvent read() {
        Waiting.allowed("stream");
        StreamEvent event = await();
        over = event.last();
        if (event instanceof StreamEvent.Failed broken) {
            failed = broken;
        }
        return event;
    }

    private StreamEvent await() {
        CompletableFuture<StreamEvent> event =
                conversation.next().toCompletionStage().toCompletableFuture();
        try {
            return Waiting.on(event);
        } catch (CortexException | IllegalStateException e) {
            over = true;
            thrown = e;
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
        if (thrown != null) {
            throw thrown;
        }
        if (failed != null) {
            throw new StreamException(failed.error(), failed.partial());
        }
        return conversation.soFar();
    }

    @Override
    public void close() {
        conversation.close();
    }
}
