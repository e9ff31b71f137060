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
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads one request's body: a short one into memory, a long one into a temporary file. */
public final class BodyReader {
    /** How much is decoded at once. */
    private static final int STEP = 64 * 1024;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final BodyBudget budget;
    private final BodyFiles files;
    private final long limit;
    private final long inMemory;
    private final Promise<RequestBody> promise = Promise.promise();

    private Buffer buffer = Buffer.buffer(0);

    /** Of the body's file, as soon as it needs one. */
    private @Nullable Path path;

    private @Nullable AsyncFile file;
    private Future<Void> written = Future.succeededFuture();
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
        try {
            List<ContentCoding> codings = ContentCoding.of(request);
            if (announcedLength() > limit) {
                throw ValidationException.bodyTooLarge(limit);
            }
            Future<RequestBody> coded = readAsItIs();
            return codings.isEmpty() ? coded : coded.compose(body -> decoded(body, codings));
        } catch (ValidationException e) {
            // Not at once: an answer that ends before its route has returned confuses quarkus-rest.
            vertx.runOnContext(_ -> fail(e));
            return promise.future();
        }
    }

    private long announcedLength() {
        String value = request.getHeader("Content-Length");
        return value == null ? -1 : Long.parseLong(value);
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
        int before = buffer.length();
        buffer = before == 0 ? chunk : buffer.appendBuffer(chunk);
        if (path == null && (length > inMemory || !budget.take(chunk.length()))) {
            budget.release(before);
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

    private void cannotStore(Throwable failure) {
        fail(notStored(failure));
    }

    private static ServerException notStored(Throwable failure) {
        String message = "cannot store a large request body in a temporary file: ";
        return ServerException.unavailable(message + failure.getMessage(), 5);
    }

    /** What still comes is read and dropped, so that the client gets to read the answer. */
    private void fail(Throwable failure) {
        request.handler(_ -> {});
        request.resume();
        if (promise.tryFail(failure)) {
            if (path == null) {
                budget.release(buffer.length());
            }
            discardFile();
        }
    }

    private void discardFile() {
        AsyncFile opened = file;
        file = null;
        if (opened != null) {
            opened.close();
        }
        if (path != null) {
            files.delete(path);
        }
    }

    // ---- a coded one, once it is there: on a worker thread

    private Future<RequestBody> decoded(RequestBody coded, List<ContentCoding> codings) {
        return coded.length() == 0
                ? Future.succeededFuture(coded)
                : vertx.executeBlocking(() -> decode(coded, codings), false)
                        .map(Objects::requireNonNull);
    }

    /** The body that the coded one stands for, which is let go of. */
    private RequestBody decode(RequestBody coded, List<ContentCoding> codings) throws IOException {
        try (InputStream bytes = coded.open();
                InputStream in = ContentCoding.decoded(bytes, codings, limit)) {
            return decode(in);
        } finally {
            coded.discard();
        }
    }

    private RequestBody decode(InputStream in) throws IOException {
        Buffer start = Buffer.buffer();
        boolean kept = false;
        try {
            for (byte[] step = in.readNBytes(STEP); step.length > 0; step = in.readNBytes(STEP)) {
                if (start.length() + step.length > inMemory || !budget.take(step.length)) {
                    return stored(start, step, in);
                }
                start.appendBytes(step);
            }
            kept = true;
            return new RequestBody.InMemory(start, budget);
        } finally {
            if (!kept) {
                budget.release(start.length());
            }
        }
    }

    /** An {@link IOException} comes from the file alone; {@code rest} throws none when read. */
    private RequestBody stored(Buffer start, byte[] step, InputStream rest) {
        Path name = files.name();
        try (OutputStream out = files.createNow(name)) {
            out.write(start.getBytes());
            out.write(step);
            long decoded = rest.transferTo(out) + start.length() + step.length;
            return new RequestBody.Spooled(files, name, decoded);
        } catch (IOException e) {
            files.delete(name);
            throw notStored(e);
        } catch (RuntimeException | Error e) { // whatever it is, no prompt stays on the disk
            files.delete(name);
            throw e;
        }
    }
}
