package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.HopByHop;
import dev.aicortex.relay.Relay;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request's life: the client's side of it. Its bytes go to a server, the answer's back.
 * Confined to its event loop, but for {@link #stop}.
 */
final class Exchange extends Errand {
    private static final CharSequence SERVER = HttpHeaders.createOptimized("X-Cortex-Server");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Cortex-Attempts");

    /**
     * Not for a server: the client's own address and credentials, a foreign Origin (which Ollama
     * refuses), compression (which would buffer a stream), and what the body's sender sets anew.
     */
    private static final Set<String> NOT_FORWARDED =
            Set.of(
                    "host",
                    "origin",
                    "referer",
                    "authorization",
                    "x-api-key",
                    "cookie",
                    "content-length",
                    "expect",
                    "accept-encoding");

    private final Vertx vertx;
    private final CortexConfig config;
    private final RoutingContext context;
    private final Route route;
    private final Context loop;
    private @Nullable InferenceRequest request;
    private boolean discarded;
    private Future<Void> told = Future.succeededFuture();

    Exchange(Vertx vertx, CortexConfig config, RoutingContext context, Route route) {
        this.vertx = vertx;
        this.config = config;
        this.context = context;
        this.route = route;
        this.loop = vertx.getOrCreateContext();
        context.addEndHandler().onFailure(_ -> clientGone());
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

    private InferenceRequest request() {
        return Objects.requireNonNull(request, "the body has not been read");
    }

    void request(InferenceRequest parsed) {
        request = parsed;
    }

    @Override
    String spelling() {
        return request().spelling();
    }

    @Override
    ModelName model() {
        return request().model();
    }

    @Override
    String path() {
        return route.path();
    }

    @Override
    void asking(Server server) {
        response()
                .putHeader(SERVER, server.url().toString())
                .putHeader(ATTEMPTS, Integer.toString(attempts()));
    }

    /** The gateway waits no longer: the client is told, the server's work ends. */
    @Override
    void stop() {
        loop.runOnContext(_ -> {
            if (response().headWritten()) {
                interrupt("the gateway is stopping");
            } else {
                refuse(Drain.stopping());
                clientGone();
            }
        });
    }

    /** Done when the client has the error that it was sent, if it was sent one; never fails. */
    Future<Void> told() {
        return told;
    }

    /** Answers with an error that is no server's. */
    void refuse(CortexException error) {
        if (attempts() > 0) {
            response().headers().remove(SERVER);
        }
        told = Responses.send(response(), error, route.errors());
    }

    @Override
    Future<Void> sendTo(HttpClientRequest to) {
        HopByHop.copy(clientRequest().headers(), NOT_FORWARDED, to.headers()::add);
        to.putHeader("x-request-id", response().headers().get("x-request-id"));
        return request().body().sendTo(to);
    }

    @Override
    Delivery delivery(HttpClientResponse from) {
        return new Relay(
                vertx, from, response(), clientRequest(), route.dialect(), config.idleTimeout());
    }

    @Override
    Future<Void> reject(Reply reply) {
        if (gone()) {
            return Future.succeededFuture();
        }
        response().setStatusCode(reply.status());
        response().putHeader("Content-Type", reply.contentType());
        return response().end(reply.body()).otherwiseEmpty();
    }

    @Override
    void answered() {
        discardBody();
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
