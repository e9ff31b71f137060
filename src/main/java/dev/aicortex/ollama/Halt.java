package dev.aicortex.ollama;

import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stops a server in the middle of its answer. Once the answer has ended on the wire the connection
 * is the pool's again, even while the tail waits here: then a reset would hit somebody else's
 * request. So the tail is let in first, and may show that there is nothing left to stop.
 */
public final class Halt {
    private Halt() {}

    /** Stops the server whose answer, not ended as far as is known, is {@code from}. */
    public static void stop(HttpClientResponse from, Context context) {
        AtomicBoolean finished = new AtomicBoolean();
        from.exceptionHandler(_ -> finished.set(true));
        from.endHandler(_ -> finished.set(true));
        from.handler(_ -> {});
        from.resume();
        context.runOnContext(_ -> {
            if (!finished.get()) {
                from.request().reset();
            }
        });
    }
}
