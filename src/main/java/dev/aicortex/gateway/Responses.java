package dev.aicortex.gateway;

import dev.aicortex.dialect.Dialect;
import dev.aicortex.model.CortexException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** Writes errors to a client whose answer has not begun. */
public final class Responses {
    private Responses() {}

    /**
     * Sends the error in the dialect's shape; does nothing when the client has left. Done when the
     * client's connection has taken it; never fails.
     */
    public static Future<Void> send(
            HttpServerResponse response, CortexException error, Dialect dialect) {
        if (response.closed() || response.headWritten()) {
            return Future.succeededFuture();
        }
        error.retryAfter().ifPresent(s -> response.putHeader("Retry-After", Integer.toString(s)));
        return response.setStatusCode(error.status())
                .putHeader("Content-Type", "application/json")
                .end(dialect.error(error, requestId(response)))
                .otherwiseEmpty();
    }

    /** As the client gets it; empty when it has none. */
    static String requestId(HttpServerResponse response) {
        String id = response.headers().get("x-request-id");
        return id == null ? "" : id;
    }
}
