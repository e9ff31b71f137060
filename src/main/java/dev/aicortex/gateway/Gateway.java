package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.gateway.dispatch.Dispatch;
import dev.aicortex.gateway.dispatch.Dispatcher;
import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.gateway.dispatch.KeyRules;
import dev.aicortex.gateway.dispatch.Scope;
import dev.aicortex.gateway.metrics.GatewayMetrics;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.BodyFiles;
import dev.aicortex.gateway.request.BodyReader;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.gateway.request.FormParser;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.Requests;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.keys.Admission;
import dev.aicortex.keys.ApiKey;
import dev.aicortex.keys.Grant;
import dev.aicortex.keys.Limits;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the inference requests of HTTP clients and has them served, each by its {@link Dispatch}.
 */
@ApplicationScoped
public class Gateway {
    private final BodyBudget bodies = new BodyBudget(Runtime.getRuntime().maxMemory() / 5);
    private final Vertx vertx;
    private final CortexConfig config;
    private final BodyWork work;
    private final BodyFiles files;
    private final Dispatcher dispatcher;
    private final Requests requests;
    private final Listing listing;
    private final KeyRules keyRules;
    private final GatewayMetrics metrics;
    private final Drain drain;
    private final Limits limits;
    private final Captures captures;
    private final Optional<Duration> heartbeat;
    private final @Nullable Detours detours;

    Gateway(
            Vertx vertx,
            CortexConfig config,
            BodyFiles files,
            Dispatcher dispatcher,
            Requests requests,
            Listing listing,
            KeyRules keyRules,
            GatewayMetrics metrics,
            Drain drain,
            Limits limits,
            Captures captures,
            Instance<Detours> detours) {
        this.vertx = vertx;
        this.config = config;
        this.work = new BodyWork(vertx, Long.MAX_VALUE);
        this.files = files;
        this.dispatcher = dispatcher;
        this.requests = requests;
        this.listing = listing;
        this.keyRules = keyRules;
        this.metrics = metrics;
        this.drain = drain;
        this.limits = limits;
        this.captures = captures;
        this.heartbeat = Values.orOff(config.heartbeat());
        boolean some = config.cache().size().asLongValue() > 0 || config.embeddings().batch() > 0;
        this.detours = some ? detours.get() : null;
    }

    /** Serves one inference request; done when its response has ended, however it did. */
    public Uni<Void> serve(RoutingContext context, Endpoint endpoint) {
        return Uni.createFrom()
                .emitter(emitter -> serve(context, endpoint, () -> emitter.complete(null)));
    }

    /**
     * Serves one inference request.
     *
     * @param whenOver runs when its response has ended, however it did
     */
    public void serve(RoutingContext context, Endpoint endpoint, Runnable whenOver) {
        String caller = Objects.requireNonNullElse(Caller.of(context), "");
        HttpExchange exchange =
                new HttpExchange(
                        context.request(), endpoint, caller, metrics, heartbeat, captures.begin());
        Dispatch dispatch =
                dispatcher.begin(
                        exchange,
                        over -> {
                            drain.ended(over);
                            whenOver.run();
                        });
        context.addEndHandler().onFailure(_ -> dispatch.clientGone());
        if (!drain.admits(dispatch, context.request().connection())) {
            UnreadBody.droppedLater(vertx, context.request())
                    .onComplete(_ -> dispatch.failed(Drain.stopping()));
            return;
        }
        new BodyReader(vertx, context.request(), bodies, files, config)
                .read()
                .compose(body -> {
                    dispatch.holds(body);
                    return work.read(body, () -> parsed(body, context, exchange));
                })
                .onFailure(dispatch::failed)
                .onSuccess(
                        parsed -> dispatch.step(() -> begin(dispatch, exchange, context, parsed)));
    }

    private ParsedBody parsed(RequestBody body, RoutingContext context, HttpExchange exchange)
            throws IOException {
        exchange.asks(body);
        Endpoint endpoint = exchange.endpoint();
        return endpoint == Endpoint.TRANSCRIPTIONS
                ? FormParser.parse(body, context.request().getHeader("Content-Type"))
                : requests.parse(body, endpoint);
    }

    private void begin(
            Dispatch dispatch, HttpExchange exchange, RoutingContext context, ParsedBody parsed) {
        Request request = requests.of(context, exchange.endpoint(), parsed);
        exchange.read(request);
        Grant grant = Caller.grant(context);
        List<Target> targets = listing.targets(request.spelling(), request.model(), grant);
        if (request.unloads() && !grant.manages()) {
            throw Listing.notManaging();
        }
        Scope scope =
                grant.everyModel()
                        ? new Scope.Ruled(keyRules.of(context))
                        : new Scope.Ruled(
                                keyRules.of(context),
                                (fleet, spelling) -> Listing.unknown(fleet, spelling, grant));
        ApiKey key = Caller.key(context);
        if (key == null || !key.limited() || exchange.endpoint() == Endpoint.SHOW) {
            serve(dispatch, exchange, context, request, targets, scope);
            return;
        }
        Future<Admission> asked = UniHelper.toFuture(limits.admit(key, Spending.need(request)));
        OwnLoop.here(vertx, asked)
                .onSuccess(admission -> {
                    exchange.admitted(admission, request);
                    admission
                            .refusal()
                            .ifPresentOrElse(
                                    dispatch::failed,
                                    () ->
                                            dispatch.step(() ->
                                                    serve(
                                                            dispatch, exchange, context, request,
                                                            targets, scope)));
                })
                .onFailure(dispatch::failed);
    }

    private void serve(
            Dispatch dispatch,
            HttpExchange exchange,
            RoutingContext context,
            Request request,
            List<Target> targets,
            Scope scope) {
        if (detours == null) {
            dispatch.body(request, targets, scope);
            return;
        }
        detours.of(context, exchange, request, targets, scope)
                .onSuccess(way ->
                        dispatch.step(
                                () -> dispatch.body(request, targets, scope, way.orElse(null))))
                .onFailure(dispatch::failed);
    }
}
