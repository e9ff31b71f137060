package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;
import dev.aicortex.relay.Delivery;
import dev.aicortex.relay.HopByHop;
import dev.aicortex.relay.Relay;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.StreamKind;
import dev.aicortex.relay.UsageFilter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
    private final Optional<Duration> heartbeatEvery;
    private final RoutingContext context;
    private final Route route;
    private final Context loop;
    private final ClientAnswer answer;
    private @Nullable InferenceRequest request;
    private @Nullable Heartbeat heartbeat;
    private boolean begun;
    private boolean discarded;
    private Future<Void> told = Future.succeededFuture();

    Exchange(
            Vertx vertx,
            CortexConfig config,
            Optional<Duration> heartbeatEvery,
            RoutingContext context,
            Route route) {
        this.vertx = vertx;
        this.config = config;
        this.heartbeatEvery = heartbeatEvery;
        this.context = context;
        this.route = route;
        this.loop = vertx.getOrCreateContext();
        this.answer = new ClientAnswer(context.request(), route);
        context.addEndHandler().onFailure(_ -> left());
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

    @Nullable String contentType() {
        return context.request().getHeader("Content-Type");
    }

    private InferenceRequest request() {
        return Objects.requireNonNull(request, "the body has not been read");
    }

    /** The request is read: from here on its client may have to be kept waiting. */
    void request(InferenceRequest parsed) {
        request = parsed;
        if (parsed.stream() && route.endpoint().events()) {
            heartbeatEvery.ifPresent(this::keepAlive);
        }
    }

    private void keepAlive(Duration every) {
        StreamKind kind = StreamKind.events(route.endpoint());
        Heartbeat beats = new Heartbeat(vertx, response(), kind, every);
        heartbeat = beats;
        beats.start();
    }

    private void left() {
        stopHeartbeat();
        clientGone();
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.stop();
        }
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
        return route.endpoint().path();
    }

    @Override
    void asking(Server server) {
        if (response().headWritten()) {
            return; // by a heartbeat: the client has been told nothing of servers
        }
        response()
                .putHeader(SERVER, server.url().toString())
                .putHeader(ATTEMPTS, Integer.toString(attempts()));
    }

    /** The gateway waits no longer: the client is told, the server's work ends. */
    @Override
    void stop() {
        loop.runOnContext(_ -> {
            if (begun) {
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
        stopHeartbeat();
        if (attempts() > 0 && !response().headWritten()) {
            response().headers().remove(SERVER);
            notToBeTriedAgain();
        }
        told = answer.refuse(error);
    }

    /** The header is that of the OpenAI and Anthropic SDKs, which try every 5xx again. */
    private void notToBeTriedAgain() {
        if (failures().brokenOn() > 1) {
            response().putHeader("x-should-retry", "false");
        }
    }

    @Override
    Future<Void> sendTo(HttpClientRequest to) {
        HopByHop.copy(clientRequest().headers(), NOT_FORWARDED, to.headers()::add);
        to.putHeader("x-request-id", response().headers().get("x-request-id"));
        return request().body().sendTo(to, segments());
    }

    private List<Segment> segments() {
        List<Splice> splices = Changes.of(request(), route.endpoint());
        return splices.isEmpty()
                ? request().body().unchanged()
                : Splice.apply(splices, request().body().length());
    }

    /** A transcription may be asked for as text or as subtitles. */
    @Override
    boolean takes(String contentType) {
        boolean text = contentType.startsWith("text/") && !contentType.startsWith("text/html");
        return super.takes(contentType) || (text && route.endpoint() == Endpoint.TRANSCRIPTIONS);
    }

    @Override
    Delivery delivery(HttpClientResponse from) {
        return new Relay(
                vertx,
                from,
                response(),
                clientRequest(),
                route.endpoint(),
                rewriting(),
                config.idleTimeout());
    }

    private Rewriting rewriting() {
        return Changes.asksForUsage(request(), route.endpoint())
                ? new UsageFilter()
                : Rewriting.NONE;
    }

    @Override
    Future<Void> reject(Reply reply) {
        return reject(Rejection.of(reply, route, Responses.requestId(response())));
    }

    @Override
    Future<Void> unclear(Reply reply) {
        return reject(Rejection.unclear(reply, route, Responses.requestId(response())));
    }

    private Future<Void> reject(Rejection rejection) {
        stopHeartbeat();
        return gone() ? Future.succeededFuture() : answer.reject(rejection);
    }

    @Override
    void answered() {
        begun = true;
        stopHeartbeat();
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
