package dev.aicortex.relay;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Ends an answer so that every client sees its end. */
public final class LastBytes {
    private LastBytes() {}

    /**
     * An HTTP/1.0 client knows the end of an answer without a length by the connection's.
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
}
