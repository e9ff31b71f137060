package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.Dispatcher;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.BodyFiles;
import dev.aicortex.gateway.request.BodyReader;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.keys.Grant;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.prompt.TokenEstimate;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Says how many tokens a request may have; no server is asked for anything but its models. */
@ApplicationScoped
public class TokenCount {
    private static final int RETRY_AFTER_SECONDS = 5;

    /** Little, beside what inference may take: longer bodies go through a file. */
    private final BodyBudget bodies = new BodyBudget(Runtime.getRuntime().maxMemory() / 50);

    private final Vertx vertx;
    private final BodyWork work;
    private final CortexConfig config;
    private final BodyFiles files;
    private final Fleet fleet;
    private final Listing listing;

    TokenCount(Vertx vertx, CortexConfig config, BodyFiles files, Fleet fleet, Listing listing) {
        this.vertx = vertx;
        this.work = new BodyWork(vertx, 0);
        this.config = config;
        this.files = files;
        this.fleet = fleet;
        this.listing = listing;
    }

    /**
     * An estimate for a body of {@code /v1/messages/count_tokens}.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} when the body is wrong or its
     *     model is nowhere
     */
    public Uni<Long> estimate(RoutingContext context) {
        Future<Long> estimate =
                new BodyReader(vertx, context.request(), bodies, files, config)
                        .read()
                        .compose(body -> count(body, Caller.grant(context)))
                        .recover(failure -> Future.failedFuture(told(context, failure)));
        return UniHelper.toUni(estimate);
    }

    private Future<Long> count(RequestBody body, Grant grant) {
        return work.read(body, () -> counted(body, grant))
                .onComplete(_ -> body.discard())
                .compose(this::known);
    }

    private record Counted(ParsedBody request, Grant grant, long tokens) {}

    /** Reads the body twice, the second time as the tree that an estimate needs. */
    private Counted counted(RequestBody body, Grant grant) throws IOException {
        ParsedBody request = RequestParser.parse(body, Endpoint.MESSAGES);
        listing.targets(request.spelling(), request.model(), grant);
        return new Counted(request, grant, TokenEstimate.of(body.open()));
    }

    /** Looks again before it says no, as inference does. */
    private Future<Long> known(Counted counted) {
        Future<Long> told = Future.succeededFuture(counted.tokens);
        return held(counted.request)
                ? told
                : fleet.swept()
                        .compose(_ -> fleet.refresh(fleet.snapshot().states(), Fleet.BELIEVED))
                        .compose(_ ->
                                held(counted.request)
                                        ? told
                                        : Future.failedFuture(unknown(counted)));
    }

    private boolean held(ParsedBody request) {
        FleetSnapshot snapshot = fleet.snapshot();
        return listing.targets(request.spelling(), request.model()).stream()
                .anyMatch(target -> !snapshot.holders(target.name()).isEmpty());
    }

    private CortexException unknown(Counted counted) {
        ParsedBody request = counted.request;
        return fleet.snapshot().states().stream().anyMatch(ServerState::up)
                ? Listing.unknown(fleet.snapshot(), request.spelling(), counted.grant)
                : ServerException.unavailable(
                        "no server is up that could tell whether it has model '%s'"
                                .formatted(request.spelling()),
                        RETRY_AFTER_SECONDS);
    }

    /** A client that has left is nobody's failure, and reads no answer. */
    private static Throwable told(RoutingContext context, Throwable failure) {
        return context.response().closed()
                ? new ValidationException("the client left before its body had come", failure)
                : Dispatcher.known(failure);
    }
}
