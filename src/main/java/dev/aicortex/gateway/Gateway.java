package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.model.Endpoint;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request's life, top to bottom: admit, read, then from server to server ({@link Failover}) until
 * one's answer is relayed.
 */
@ApplicationScoped
public class Gateway {
    private final BodyBudget bodies = BodyBudget.ofHeap();
    private final Vertx vertx;
    private final BodyWork work;
    private final CortexConfig config;
    private final Surroundings surroundings;
    private final Unloading unloading;
    private final Failover failover;
    private final GatewayMetrics metrics;
    private final BodyFiles files;
    private final Drain drain;

    Gateway(
            Vertx vertx,
            CortexConfig config,
            Failover failover,
            GatewayMetrics metrics,
            BodyFiles files,
            Drain drain,
            Aliases aliases,
            Passages passages,
            ContextLength lengths,
            ContextTags tags,
            PromptReader prompts,
            Windows windows,
            QueueStandings standings,
            KeyRules keyRules,
            Continuations continuations,
            Unloading unloading) {
        this.vertx = vertx;
        this.work = new BodyWork(vertx, Long.MAX_VALUE);
        this.config = config;
        this.unloading = unloading;
        this.surroundings =
                new Surroundings(
                        aliases,
                        passages,
                        lengths,
                        tags,
                        prompts,
                        windows,
                        keyRules,
                        continuations,
                        metrics,
                        standings,
                        Values.orOff(config.heartbeat()));
        this.failover = failover;
        this.metrics = metrics;
        this.files = files;
        this.drain = drain;
    }

    /** Serves one inference request; done when its response has ended, however it did. */
    public Uni<Void> serve(RoutingContext context, Route route) {
        Exchange exchange = new Exchange(vertx, surroundings, context, route);
        Future<Void> served =
                admit(exchange)
                        .compose(_ -> read(exchange))
                        .compose(_ -> run(exchange))
                        .recover(failure -> fail(exchange, failure))
                        .compose(_ -> exchange.told())
                        .onComplete(_ -> finish(exchange));
        return Uni.createFrom().emitter(emitter -> served.onComplete(_ -> emitter.complete(null)));
    }

    private Future<Void> run(Exchange exchange) {
        return exchange.unloads() ? unloading.run(exchange) : failover.run(exchange);
    }

    private Future<Void> admit(Exchange exchange) {
        return drain.admits(exchange)
                ? Future.succeededFuture()
                : UnreadBody.droppedLater(vertx, exchange.clientRequest())
                        .compose(_ -> Future.failedFuture(Drain.stopping()));
    }

    private BodyReader body(Exchange exchange) {
        return new BodyReader(vertx, exchange.clientRequest(), bodies, files, config);
    }

    private Future<Void> read(Exchange exchange) {
        return body(exchange)
                .read()
                .compose(body -> parse(body, exchange))
                .map(request -> begin(exchange, request));
    }

    private @Nullable Void begin(Exchange exchange, InferenceRequest request) {
        exchange.request(Permits.permitted(request, config));
        return null;
    }

    private Future<InferenceRequest> parse(RequestBody body, Exchange exchange) {
        return work.read(body, () -> parsed(body, exchange)).onFailure(_ -> body.discard());
    }

    private static InferenceRequest parsed(RequestBody body, Exchange exchange) throws IOException {
        Endpoint endpoint = exchange.route().endpoint();
        return endpoint == Endpoint.TRANSCRIPTIONS
                ? FormParser.parse(body, exchange.contentType())
                : RequestParser.parse(body, endpoint);
    }

    private Future<Void> fail(Exchange exchange, Throwable failure) {
        if (!exchange.gone()) {
            exchange.refuse(Failover.asCortexException(failure));
        }
        return Future.succeededFuture();
    }

    private void finish(Exchange exchange) {
        try {
            failover.close(exchange);
            exchange.finish();
            metrics.request(exchange);
        } finally {
            drain.ended(exchange);
        }
    }
}
