package dev.aicortex;

import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits on the calling thread, platform or virtual, for what is done elsewhere. */
final class Waiting {
    private Waiting() {}

    /**
     * Refuses to go on upon an event loop, which would wait for itself.
     *
     * @throws IllegalStateException on an event loop's thread
     */
    static void allowed(String method) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException(
                    "Cortex.%s waits for a server and must not be called on the event loop thread %s; call its asynchronous form, or annotate the caller with @RunOnVirtualThread or @Blocking"
                            .formatted(method, Thread.currentThread().getName()));
        }
    }

    /**
     * The result, or the {@link CortexException} or {@link IllegalStateException} that it failed
     * with. An interrupt cancels the future.
     */
    static <T> T on(CompletableFuture<T> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw ServerException.exhausted("the thread was interrupted while it waited");
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    private static RuntimeException rethrown(ExecutionException failure) {
        return switch (failure.getCause()) {
            case CortexException known -> known;
            case IllegalStateException known -> known;
            case null, default -> new IllegalStateException(failure);
        };
    }
}
