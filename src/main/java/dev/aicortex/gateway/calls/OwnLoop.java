package dev.aicortex.gateway.calls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.future.PromiseInternal;

/** A probe ends on a thread of its own; a request goes on upon the one of its connection. */
public final class OwnLoop {
    private OwnLoop() {}

    /** The same, completed on the event loop of whoever asks. */
    public static <T> Future<T> here(Vertx vertx, Future<T> elsewhere) {
        PromiseInternal<T> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        elsewhere.onComplete(promise);
        return promise.future();
    }
}
