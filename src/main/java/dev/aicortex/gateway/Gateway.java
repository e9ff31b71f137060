package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * A request's life, top to bottom: admit, read, then from server to server ({@link Failover}) until
 * one's answer is relayed.
 */
@ApplicationScoped
public class Gateway {
    private final BodyBudget bodies = BodyBudget.ofHeap();
    private final Vertx vertx;
    private final CortexConfig config;
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
        this.failover = failover;
        this.metrics = metrics;
        this.files = files;
        this.drain = drain;
    }

    /** Serves one inference request; done when its response has ended, however it did. */
    public Uni<Void> serve(RoutingContext context, Route route) {
        Exchange exchange = new Exchange(vertx, config, context, route);
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
        boolean streams = exchange.route().streamsByDefault();
        return body(exchange)
                .read()
                .compose(body -> parse(body, streams))
                .onSuccess(exchange::request)
                .mapEmpty();
    }

    /** A body in a file is parsed off the event loop: reading it may block. */
    private Future<InferenceRequest> parse(RequestBody body, boolean streamsByDefault) {
        Promise<InferenceRequest> parsed = Promise.promise();
        if (body instanceof RequestBody.InMemory) {
            complete(parsed, body, streamsByDefault);
        } else {
            Promise<InferenceRequest> onWorker = Promise.promise();
            vertx.<Void>executeBlocking(
                            () -> {
                                complete(onWorker, body, streamsByDefault);
                                return null;
                            },
                            false)
                    .onSuccess(_ -> onWorker.future().onComplete(parsed))
                    .onFailure(parsed::fail);
        }
        return parsed.future().onFailure(_ -> body.discard());
    }

    private static void complete(
            Promise<InferenceRequest> parsed, RequestBody body, boolean streamsByDefault) {
        try {
            parsed.complete(RequestParser.parse(body, streamsByDefault));
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
