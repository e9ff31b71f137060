package dev.aicortex.gateway.request;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one request's body: a short one into memory, a long one into a temporary file. */
public final class BodyReader {
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final BodyBudget budget;
    private final BodyFiles files;
    private final long limit;
    private final long inMemory;
    private final Promise<RequestBody> promise = Promise.promise();

    private Buffer buffer = Buffer.buffer(0);
    private @Nullable Path path;
    private @Nullable AsyncFile file;
    private Future<Void> written = Future.succeededFuture();
    private boolean opening;
    private long length;

    public BodyReader(
            Vertx vertx,
            HttpServerRequest request,
            BodyBudget budget,
            BodyFiles files,
            CortexConfig config) {
        this.vertx = vertx;
        this.request = request;
        this.budget = budget;
        this.files = files;
        this.limit = config.maxBody().asLongValue();
        this.inMemory = config.bodyInMemory().asLongValue();
    }

    /**
     * The whole body, without the codings of its transfer; fails with a {@link ValidationException}
     * when it is too large, coded or not.
     */
    public Future<RequestBody> read() {
        List<ContentCoding> codings;
        try {
            codings = ContentCoding.of(request);
        } catch (ValidationException e) {
            return failLater(e);
        }
        if (announcedLength() > limit) {
            return failLater(ValidationException.bodyTooLarge(limit));
        }
        Future<RequestBody> coded = readAsItIs();
        return codings.isEmpty() ? coded : coded.compose(body -> decoded(body, codings));
    }

    private Future<RequestBody> decoded(RequestBody body, List<ContentCoding> codings) {
        if (body.length() == 0) {
            return Future.succeededFuture(body);
        }
        BodyDecoder decoder = new BodyDecoder(codings, budget, files, limit, inMemory);
        return new BodyWork(vertx, 0).read(body, () -> decoder.decode(body));
    }

    /** Not at once: an answer that ends before its route has returned confuses quarkus-rest. */
    private Future<RequestBody> failLater(ValidationException failure) {
        vertx.runOnContext(_ -> fail(failure));
        return promise.future();
    }

    private Future<RequestBody> readAsItIs() {
        if (UnreadBody.held(request)) {
            request.response().writeContinue();
        }
        request.handler(this::chunk);
        request.endHandler(_ -> end());
        request.exceptionHandler(this::fail);
        request.resume();
        return promise.future();
    }

    private long announcedLength() {
        String value = request.getHeader("Content-Length");
        return value == null ? -1 : Long.parseLong(value);
    }

    private void chunk(Buffer chunk) {
        length += chunk.length();
        if (length > limit) {
            fail(ValidationException.bodyTooLarge(limit));
        } else if (file != null) {
            spool(file, chunk);
        } else {
            keep(chunk);
        }
    }

    private void keep(Buffer chunk) {
        boolean room = !opening && length <= inMemory && budget.take(chunk.length());
        int before = buffer.length();
        buffer = before == 0 ? chunk : buffer.appendBuffer(chunk);
        if (!room && !opening) {
            budget.release(before);
            opening = true;
            openFile();
        }
    }

    /** The file may be there before this returns. */
    private void openFile() {
        request.pause();
        Path name = files.name();
        path = name;
        files.create(name).onSuccess(this::opened).onFailure(this::cannotStore);
    }

    private void opened(AsyncFile opened) {
        file = opened;
        if (promise.future().isComplete()) {
            discardFile();
            return;
        }
        spool(opened, buffer);
        buffer = Buffer.buffer(0);
        request.resume();
    }

    private void spool(AsyncFile to, Buffer chunk) {
        written = Future.join(written, to.write(chunk)).mapEmpty();
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(_ -> request.resume());
        }
    }

    private void cannotStore(Throwable failure) {
        fail(notStored(failure));
    }

    static ServerException notStored(Throwable failure) {
        String message = "cannot store a large request body in a temporary file: ";
        return ServerException.unavailable(message + failure.getMessage(), 5);
    }

    private void end() {
        AsyncFile opened = file;
        Path stored = path;
        if (opened == null || stored == null) {
            promise.tryComplete(new RequestBody.InMemory(buffer, budget));
            return;
        }
        file = null;
        // Vert.x closes a file under its last writes: they must be over first.
        written.onFailure(_ -> opened.close())
                .compose(_ -> opened.close())
                .onSuccess(_ -> complete(new RequestBody.Spooled(files, stored, length)))
                .onFailure(this::cannotStore);
    }

    private void complete(RequestBody body) {
        if (!promise.tryComplete(body)) {
            body.discard();
        }
    }

    /** What still comes is read and dropped, so that the client gets to read the answer. */
    private void fail(Throwable failure) {
        request.handler(_ -> {});
        request.resume();
        if (promise.tryFail(failure)) {
            if (!opening) {
                budget.release(buffer.length());
            }
            discardFile();
        }
    }

    private void discardFile() {
        AsyncFile opened = file;
        Path stored = path;
        file = null;
        if (opened != null) {
            opened.close();
        }
        if (stored != null) {
            files.delete(stored);
        }
    }
}
