package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.model.Endpoint;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A request's life, top to bottom: admit, read, then from server to server ({@link Failover}) until
 * one's answer is relayed.
 */
@ApplicationScoped
public class Gateway {
    private final BodyBudget bodies = BodyBudget.ofHeap();
    private final Vertx vertx;
    private final CortexConfig config;
    private final Optional<Duration> heartbeat;
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
            Drain drain) {
        this.vertx = vertx;
        this.config = config;
        this.heartbeat = Values.orOff(config.heartbeat());
        this.failover = failover;
        this.metrics = metrics;
        this.files = files;
        this.drain = drain;
    }

    /** Serves one inference request; done when its response has ended, however it did. */
    public Uni<Void> serve(RoutingContext context, Route route) {
        Exchange exchange = new Exchange(vertx, config, heartbeat, context, route);
        Future<Void> served =
                admit(exchange)
                        .compose(_ -> read(exchange))
                        .compose(_ -> failover.run(exchange))
                        .recover(failure -> fail(exchange, failure))
                        .compose(_ -> exchange.told())
                        .onComplete(_ -> finish(exchange));
        return Uni.createFrom().emitter(emitter -> served.onComplete(_ -> emitter.complete(null)));
    }

    private Future<Void> admit(Exchange exchange) {
        return drain.admits(exchange)
                ? Future.succeededFuture()
                : body(exchange).drop().compose(_ -> Future.failedFuture(Drain.stopping()));
    }

    private BodyReader body(Exchange exchange) {
        return new BodyReader(vertx, exchange.clientRequest(), bodies, files, config);
    }

    private Future<Void> read(Exchange exchange) {
        return body(exchange)
                .read()
                .compose(body -> parse(body, exchange))
                .compose(request -> permit(request, exchange));
    }

    /** What would leave the machine is refused unless the gateway is set to let it. */
    private Future<Void> permit(InferenceRequest request, Exchange exchange) {
        exchange.request(request);
        return Permits.refusal(request, config)
                .<Future<Void>>map(Future::failedFuture)
                .orElseGet(Future::succeededFuture);
    }

    /** A body in a file is parsed off the event loop: reading it may block. */
    private Future<InferenceRequest> parse(RequestBody body, Exchange exchange) {
        Promise<InferenceRequest> parsed = Promise.promise();
        if (body instanceof RequestBody.InMemory) {
            complete(parsed, body, exchange);
        } else {
            Promise<InferenceRequest> onWorker = Promise.promise();
            vertx.<Void>executeBlocking(
                            () -> {
                                complete(onWorker, body, exchange);
                                return null;
                            },
                            false)
                    .onSuccess(_ -> onWorker.future().onComplete(parsed))
                    .onFailure(parsed::fail);
        }
        return parsed.future().onFailure(_ -> body.discard());
    }

    private static void complete(
            Promise<InferenceRequest> parsed, RequestBody body, Exchange exchange) {
        Endpoint endpoint = exchange.route().endpoint();
        try {
            parsed.complete(
                    endpoint == Endpoint.TRANSCRIPTIONS
                            ? FormParser.parse(body, exchange.contentType())
                            : RequestParser.parse(body, endpoint));
        } catch (IOException | RuntimeException e) {
            parsed.fail(e);
        }
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
            exchange.discardBody();
            metrics.request(exchange);
        } finally {
            drain.ended(exchange);
        }
    }
}
