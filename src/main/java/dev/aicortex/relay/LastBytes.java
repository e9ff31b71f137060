package dev.aicortex.relay;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Ends an answer so that every client sees whether it is whole. */
public final class LastBytes {
    private LastBytes() {}

    /**
     * The answer is whole. An HTTP/1.0 client knows the end of an answer without a length by the
     * connection's.
     *
     * @param last may be empty
     * @return done when the client's connection has taken it
     */
    public static Future<Void> end(
            HttpServerRequest client, HttpServerResponse response, Buffer last) {
        Future<Void> written = last.length() == 0 ? response.end() : response.end(last);
        boolean sized = response.headers().contains("content-length");
        if (client.version() == HttpVersion.HTTP_1_0 && !sized) {
            written.onComplete(_ -> client.connection().close());
        }
        return written;
    }

    /**
     * The answer is not whole: the connection is closed without the last chunk, since some clients
     * look at nothing else.
     *
     * @param last the words that tell it; may be empty
     * @return done when the connection is closed
     */
    public static Future<Void> breakOff(
            HttpServerRequest client, HttpServerResponse response, Buffer last) {
        Future<Void> written = last.length() == 0 ? Future.succeededFuture() : response.write(last);
        return written.eventually(() -> client.connection().close());
    }
}
