package dev.aicortex.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A request's bytes, kept until the last attempt is over. */
sealed interface RequestBody {
    long length();

    /** The bytes from the start; may block when they are in a file. */
    InputStream open() throws IOException;

    /** Sends them to a server; may be called again for another server. */
    Future<HttpClientResponse> sendTo(HttpClientRequest request);

    /** Lets go of them. */
    void discard();

    /** A short body, in memory. */
    record InMemory(Buffer bytes) implements RequestBody {
        @Override
        public long length() {
            return bytes.length();
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes.getBytes());
        }

        @Override
        public Future<HttpClientResponse> sendTo(HttpClientRequest request) {
            return request.send(bytes);
        }

        @Override
        public void discard() {
            // the garbage collector's
        }
    }

    /** A long body, in a temporary file that only this user can read. */
    record Spooled(Vertx vertx, Path file, long length) implements RequestBody {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public Future<HttpClientResponse> sendTo(HttpClientRequest request) {
            request.putHeader("Content-Length", Long.toString(length));
            return vertx.fileSystem()
                    .open(file.toString(), new OpenOptions().setRead(true).setWrite(false))
                    .compose(request::send);
        }

        @Override
        public void discard() {
            vertx.fileSystem().delete(file.toString());
        }
    }
}
