package dev.aicortex.gateway.request;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** The body of a request that is answered without it. */
public final class UnreadBody {
    private UnreadBody() {}

    /** Whether the client waits to be told before it sends it. */
    public static boolean held(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    /**
     * Lets it come and drops it: a client that is still sending would not see an answer. Done when
     * it is over, however that came, and at once for one that is held back.
     */
    public static Future<Void> dropped(HttpServerRequest request) {
        Future<Void> end = held(request) ? Future.succeededFuture() : request.end();
        request.resume();
        return end.otherwiseEmpty();
    }

    /** The same for a route: an answer that ends before it has returned confuses quarkus-rest. */
    public static Future<Void> droppedLater(Vertx vertx, HttpServerRequest request) {
        Promise<Void> later = Promise.promise();
        dropped(request).onComplete(_ -> vertx.runOnContext(_ -> later.complete()));
        return later.future();
    }
}
