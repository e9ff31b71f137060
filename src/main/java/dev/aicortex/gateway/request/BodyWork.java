package dev.aicortex.gateway.request;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.Callable;

/** Reads bodies where it holds nobody up: a short one at once, others on a worker thread. */
public final class BodyWork {
    /** In bytes; what is longer takes longer than an event loop should be held up. */
    private static final long SHORT = 128 * 1024;

    private final Vertx vertx;
    private final long atOnce;

    /** Reads short ones on an event loop. */
    public BodyWork(Vertx vertx) {
        this(vertx, SHORT);
    }

    /**
     * @param atOnce the longest body, in bytes, that is read on an event loop; never one in a file
     */
    public BodyWork(Vertx vertx, long atOnce) {
        this.vertx = vertx;
        this.atOnce = atOnce;
    }

    /** What is read, or what the reading throws. */
    public <T> Future<T> read(RequestBody body, Callable<T> reading) {
        return read(body instanceof RequestBody.InMemory ? body.length() : Long.MAX_VALUE, reading);
    }

    /** The same of so many bytes that are in memory. */
    public <T> Future<T> read(long length, Callable<T> reading) {
        if (length > atOnce) {
            return vertx.executeBlocking(reading, false).map(Objects::requireNonNull);
        }
        try {
            return Future.succeededFuture(reading.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}
