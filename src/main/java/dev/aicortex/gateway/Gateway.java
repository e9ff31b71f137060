package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.relay.Ending;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Ranking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.future.PromiseInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A request's life, top to bottom: admit, read, find candidates, attempt one after another, relay.
 */
@ApplicationScoped
public class Gateway {
    private static final Logger LOG = Logger.getLogger(Gateway.class);
    static final CharSequence SERVER = HttpHeaders.createOptimized("X-Cortex-Server");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Cortex-Attempts");

    /**
     * A snapshot younger than this is believed when it says that a model or a server is not there.
     */
    private static final Duration BELIEVED = Duration.ofSeconds(1);

    private final BodyBudget bodies = BodyBudget.ofHeap();
    private final Vertx vertx;
    private final CortexConfig config;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final GatewayMetrics metrics;
    private final BodyFiles files;
    private final Drain drain;

    Gateway(
            Vertx vertx,
            CortexConfig config,
            Fleet fleet,
            OllamaConnections connections,
            GatewayMetrics metrics,
            BodyFiles files,
            Drain drain) {
        this.vertx = vertx;
        this.config = config;
        this.fleet = fleet;
        this.connections = connections;
        this.metrics = metrics;
        this.files = files;
        this.drain = drain;
    }

    /** Serves one inference request; done when its response has ended, however it did. */
    public Uni<Void> serve(RoutingContext context, Route route) {
        Exchange exchange = new Exchange(context, route);
        Future<Void> served =
                admit(exchange)
                        .compose(_ -> read(exchange))
                        .compose(_ -> findHolders(exchange))
                        .compose(_ -> tryNext(exchange))
                        .recover(failure -> fail(exchange, failure))
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
                    .onComplete(_ -> onWorker.future().onComplete(parsed));
        }
        return parsed.future().onFailure(_ -> body.discard());
    }

    private static void complete(
            Promise<InferenceRequest> parsed, RequestBody body, boolean streamsByDefault) {
        try {
            parsed.complete(RequestParser.parse(body, streamsByDefault));
        } catch (IOException | CortexException e) {
            parsed.fail(e);
        }
    }

    /** Looks again before it says no: a model may just have been pulled, a server be back. */
    private Future<Void> findHolders(Exchange exchange) {
        if (fleet.swept().isComplete() && held(exchange)) {
            return Future.succeededFuture();
        }
        return here(fleet.swept().compose(_ -> held(exchange) ? fleet.swept() : ask(exchange)));
    }

    private boolean held(Exchange exchange) {
        return fleet.snapshot().holders(exchange.model()).stream().anyMatch(ServerState::up);
    }

    private Future<Void> ask(Exchange exchange) {
        List<ServerState> holders = fleet.snapshot().holders(exchange.model());
        return fleet.refresh(holders.isEmpty() ? fleet.snapshot().states() : holders, BELIEVED);
    }

    /** A probe ends on a thread of its own; a request goes on upon the one of its connection. */
    private Future<Void> here(Future<Void> elsewhere) {
        PromiseInternal<Void> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        elsewhere.onComplete(promise);
        return promise.future();
    }

    private Future<Void> tryNext(Exchange exchange) {
        if (exchange.gone()) {
            return Future.succeededFuture();
        }
        FleetSnapshot snapshot = fleet.snapshot();
        List<Candidate> candidates = snapshot.candidates(exchange.model());
        if (candidates.isEmpty() && exchange.attempts() == 0) {
            return Future.failedFuture(notHeld(exchange, snapshot));
        }
        Duration left = remaining(exchange);
        if (left.isZero()) {
            return Future.failedFuture(
                    exchange.failures().late(exchange.spelling(), config.failoverDeadline()));
        }
        Optional<Candidate> next = Ranking.next(candidates, exchange.failures().servers());
        if (next.isEmpty()) {
            Optional<Reply> words = exchange.failures().onlyWords();
            return words.isPresent()
                    ? reject(exchange, words.get())
                    : Future.failedFuture(exhausted(exchange, candidates));
        }
        return attempt(exchange, next.get().server(), left);
    }

    private Future<Void> attempt(Exchange exchange, Server server, Duration left) {
        Duration timeout = min(config.firstByteTimeout(), left);
        Attempt attempt = new Attempt(vertx, connections, config, exchange, server, timeout);
        exchange.attempting(attempt);
        exchange.response()
                .putHeader(SERVER, server.url().toString())
                .putHeader(ATTEMPTS, Integer.toString(exchange.attempts()));
        return guarded(server, attempt)
                .compose(outcome -> follow(exchange, server, attempt, outcome));
    }

    private static Future<Outcome> guarded(Server server, Attempt attempt) {
        Uni<Outcome> outcome =
                server.attempt(() ->
                        Uni.createFrom()
                                .emitter(emitter -> attempt.run().onSuccess(emitter::complete)));
        return Future.future(promise -> outcome.subscribe().with(promise::complete, promise::fail));
    }

    private Future<Void> follow(
            Exchange exchange, Server server, Attempt attempt, Outcome outcome) {
        metrics.attempt(server, outcome);
        return switch (outcome) {
            case Outcome.Answered _ -> {
                exchange.discardBody();
                yield attempt.ending()
                        .onSuccess(how -> ended(server, how))
                        .compose(_ -> attempt.delivered())
                        .otherwiseEmpty(); // it left with the last byte
            }
            case Outcome.Rejected rejected -> reject(exchange, rejected.reply());
            case Outcome.ClientGone _ -> Future.succeededFuture();
            case Outcome.Broken broken
                    when broken.unclear().filter(exchange.failures()::confirmed).isPresent() ->
                    reject(exchange, broken.unclear().get());
            case Outcome.Broken _, Outcome.Refused _, Outcome.Lost _, Outcome.Full _ ->
                    failover(exchange, server, outcome);
        };
    }

    private Future<Void> failover(Exchange exchange, Server server, Outcome outcome) {
        exchange.failures().add(server, outcome);
        LOG.warnf("%s did not answer: %s", server, Failures.reason(outcome));
        if (!(outcome instanceof Outcome.Full)) {
            fleet.recheck(server);
        }
        return tryNext(exchange);
    }

    /** The server's own words; the request is at fault, so no other server is asked. */
    private static Future<Void> reject(Exchange exchange, Reply reply) {
        exchange.failures().acquit();
        HttpServerResponse response = exchange.response();
        if (!exchange.gone()) {
            response.setStatusCode(reply.status());
            response.putHeader("Content-Type", reply.contentType());
            response.end(reply.body());
        }
        return Future.succeededFuture();
    }

    private void ended(Server server, Ending ending) {
        if (ending instanceof Ending.Truncated truncated) {
            LOG.warnf("%s broke off an answer: %s", server, truncated.reason());
            server.strike(Outcome.Broken.because(truncated.reason()));
            fleet.recheck(server);
        }
        metrics.ended(server, ending);
    }

    /** Only a fleet that answers can say that it does not have the model. */
    private CortexException notHeld(Exchange exchange, FleetSnapshot snapshot) {
        if (snapshot.states().stream().noneMatch(ServerState::up)) {
            return exhausted(exchange, snapshot.states().stream().map(Candidate::of).toList());
        }
        return snapshot.unknown(exchange.spelling());
    }

    private CortexException exhausted(Exchange exchange, List<Candidate> candidates) {
        return exchange.failures()
                .error(exchange.spelling(), candidates, config.health().recoveryInterval());
    }

    private Future<Void> fail(Exchange exchange, Throwable failure) {
        if (exchange.gone()) {
            return Future.succeededFuture();
        }
        exchange.refuse(asCortexException(failure));
        return Future.succeededFuture();
    }

    private static CortexException asCortexException(Throwable failure) {
        if (failure instanceof CortexException known) {
            return known;
        }
        LOG.error("a request failed in the gateway itself", failure);
        return ServerException.exhausted("the gateway failed; its log says why");
    }

    private void finish(Exchange exchange) {
        exchange.failures().unclear().forEach(Server::strike);
        exchange.discardBody();
        metrics.request(exchange);
        drain.ended(exchange);
    }

    private Duration remaining(Exchange exchange) {
        Duration left = config.failoverDeadline().minusNanos(exchange.elapsedNanos());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
