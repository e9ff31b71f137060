package dev.aicortex.gateway;

import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Failures;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request's life: the client's side of it, and how far it has got. Confined to its event loop,
 * but for {@link #stop}.
 */
final class Exchange {
    private final RoutingContext context;
    private final Route route;
    private final Context loop;
    private final long startedNanos = System.nanoTime();
    private final Failures failures = new Failures();
    private @Nullable InferenceRequest request;
    private @Nullable Attempt attempt;
    private int attempts;
    private boolean gone;
    private boolean discarded;

    Exchange(RoutingContext context, Route route) {
        this.context = context;
        this.route = route;
        this.loop = context.vertx().getOrCreateContext();
        context.addEndHandler().onFailure(_ -> clientGone());
    }

    /** Whatever is being done for the client stops at once. */
    private void clientGone() {
        gone = true;
        if (attempt != null) {
            attempt.clientGone();
        }
    }

    /** The gateway waits no longer: the client is told, the server's work ends. */
    void stop() {
        loop.runOnContext(_ -> {
            if (!response().headWritten()) {
                clientGone();
                refuse(Drain.stopping());
            } else if (attempt != null) {
                attempt.interrupt("the gateway is stopping");
            }
        });
    }

    /** Answers with an error that is no server's. */
    void refuse(CortexException error) {
        if (attempts > 0) {
            response().headers().remove(Gateway.SERVER);
        }
        Responses.send(response(), error, route.errors());
    }

    /** Whether nobody waits for an answer any more. */
    boolean gone() {
        return gone;
    }

    Route route() {
        return route;
    }

    HttpServerRequest clientRequest() {
        return context.request();
    }

    HttpServerResponse response() {
        return context.response();
    }

    InferenceRequest request() {
        return Objects.requireNonNull(request, "the body has not been read");
    }

    void request(InferenceRequest parsed) {
        request = parsed;
    }

    /** The model as the client spelt it. */
    String spelling() {
        return request().spelling();
    }

    ModelName model() {
        return request().model();
    }

    Failures failures() {
        return failures;
    }

    void attempting(Attempt next) {
        attempt = next;
        attempts++;
    }

    int attempts() {
        return attempts;
    }

    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /** Whether the client wants a stream; no, while that is not known. */
    boolean streams() {
        return request != null && request.stream();
    }

    /** Lets go of the body, once no further server can need it. */
    void discardBody() {
        if (request != null && !discarded) {
            discarded = true;
            request.body().discard();
        }
    }
}
