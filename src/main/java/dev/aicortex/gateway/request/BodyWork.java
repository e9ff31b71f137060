package dev.aicortex.gateway.request;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;

/** Reads bodies where it holds nobody up: a short one at once, others on a worker thread. */
public final class BodyWork {
    private final Vertx vertx;
    private final long atOnce;

    /**
     * @param atOnce the longest body, in bytes, that is read on an event loop; never one in a file
     */
    public BodyWork(Vertx vertx, long atOnce) {
        this.vertx = vertx;
        this.atOnce = atOnce;
    }

    /** Something that reads a body. */
    public interface Reading<T> {
        T read() throws IOException;
    }

    /** What is read, or what the reading throws. */
    public <T> Future<T> read(RequestBody body, Reading<T> reading) {
        Promise<T> read = Promise.promise();
        if (body instanceof RequestBody.InMemory && body.length() <= atOnce) {
            complete(read, reading);
            return read.future();
        }
        Promise<T> onWorker = Promise.promise();
        vertx.<Void>executeBlocking(
                        () -> {
                            complete(onWorker, reading);
                            return null;
                        },
                        false)
                .onSuccess(_ -> onWorker.future().onComplete(read))
                .onFailure(read::fail);
        return read.future();
    }

    private static <T> void complete(Promise<T> promise, Reading<T> reading) {
        try {
            promise.complete(reading.read());
        } catch (IOException | RuntimeException e) {
            promise.fail(e);
        }
    }
}
