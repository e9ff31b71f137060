package dev.aicortex.ollama;

import io.vertx.core.Context;
import io.vertx.core.http.HttpClientResponse;

/**
 * Stops a server in the middle of its answer. Once the answer has ended on the wire the connection
 * is the pool's again, even while the tail waits here: then a reset would hit somebody else's
 * request. So the tail is let in first, and may show that there is nothing left to stop.
 */
public final class Halt {
    private final HttpClientResponse from;
    private boolean finished;

    private Halt(HttpClientResponse from) {
        this.from = from;
    }

    /** Stops the server whose answer, not ended as far as is known, is {@code from}. */
    public static void stop(HttpClientResponse from, Context context) {
        Halt halt = new Halt(from);
        halt.letIn();
        context.runOnContext(_ -> halt.reset());
    }

    private void letIn() {
        from.exceptionHandler(_ -> finished = true);
        from.endHandler(_ -> finished = true);
        from.handler(_ -> {});
        from.resume();
    }

    private void reset() {
        if (!finished) {
            from.request().reset();
        }
    }
}
