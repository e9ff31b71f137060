package dev.aicortex.gateway;

import dev.aicortex.model.ServerException;
import io.netty.buffer.ByteBufInputStream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.http.HttpClientRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A request's bytes, kept until a first byte of the answer is out or the last attempt is over. */
sealed interface RequestBody {
    long length();

    /** The bytes from the start; may block when they are in a file. */
    InputStream open() throws IOException;

    /**
     * Sends them to a server; may be called again for another one. Done when all are on their way;
     * fails with a {@link ServerException} when they cannot be read.
     */
    Future<Void> sendTo(HttpClientRequest request);

    /** Lets go of them; may be called twice. */
    void discard();

    /** A short body, in memory, which its share of the budget pays for. */
    final class InMemory implements RequestBody {
        private static final Buffer NOTHING = Buffer.buffer(0);

        private final BodyBudget budget;
        private Buffer bytes;

        InMemory(Buffer bytes, BodyBudget budget) {
            this.bytes = bytes;
            this.budget = budget;
        }

        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        @SuppressWarnings("deprecation") // the way to read without a copy that Vert.x 4 has
        public InputStream open() {
            return new ByteBufInputStream(bytes.getByteBuf());
        }

        @Override
        public Future<Void> sendTo(HttpClientRequest request) {
            return request.end(bytes);
        }

        @Override
        public void discard() {
            budget.release(bytes.length());
            bytes = NOTHING;
        }
    }

    /** A long body, in a temporary file that only this user can read. */
    record Spooled(BodyFiles files, Path file, long length) implements RequestBody {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public Future<Void> sendTo(HttpClientRequest request) {
            request.putHeader("Content-Length", Long.toString(length));
            return files.read(file)
                    .recover(Spooled::unreadable)
                    .compose(opened -> send(opened, request));
        }

        /** Of a kind of its own, as it is no failure of the server's connection. */
        private static Future<AsyncFile> unreadable(Throwable failure) {
            String message = "cannot read a large request body from its temporary file: ";
            return Future.failedFuture(
                    ServerException.unavailable(message + failure.getMessage(), 5));
        }

        /** Half a body must not look whole: a read that fails breaks the request off. */
        private static Future<Void> send(AsyncFile opened, HttpClientRequest request) {
            return opened.pipe()
                    .endOnFailure(false)
                    .to(request)
                    .onFailure(_ -> request.reset())
                    .onComplete(_ -> opened.close());
        }

        @Override
        public void discard() {
            files.delete(file);
        }
    }
}
