package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.Responses;
import dev.aicortex.gateway.request.ErrorEnvelope;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * A change of models from its request's arrival to its answer's end: read, may the client, then the
 * {@link Change} of its kind. Each method's result is done when the response has ended, however it
 * did.
 */
@Singleton
public class Management {
    private static final Logger LOG = Logger.getLogger(Management.class);

    private final Vertx vertx;
    private final CortexConfig config;
    private final Changes changes;

    Management(Vertx vertx, CortexConfig config, Changes changes) {
        this.vertx = vertx;
        this.config = config;
        this.changes = changes;
    }

    /** {@code POST /api/pull}: to the servers that {@link dev.aicortex.routing.Placement} picks. */
    public Uni<Void> pull(RoutingContext context, ErrorEnvelope errors) {
        return serve(context, errors, changes::pull);
    }

    /** {@code POST /api/push}: from one server that holds the model. */
    public Uni<Void> push(RoutingContext context, ErrorEnvelope errors) {
        return serve(context, errors, changes::push);
    }

    /** {@code POST /api/create}: on a server that has what the model is made of. */
    public Uni<Void> create(RoutingContext context, ErrorEnvelope errors) {
        return serve(context, errors, changes::create);
    }

    /** {@code POST /api/copy}: on one server that holds the source. */
    public Uni<Void> copy(RoutingContext context, ErrorEnvelope errors) {
        return serve(context, errors, changes::copy);
    }

    /** {@code DELETE /api/delete}: on every server that holds the model. */
    public Uni<Void> delete(RoutingContext context, ErrorEnvelope errors) {
        return serve(context, errors, changes::delete);
    }

    /** {@code HEAD} and {@code POST /api/blobs/{digest}}: on the server of the later create. */
    public Uni<Void> blob(RoutingContext context, ErrorEnvelope errors, String digest) {
        Client client = new Client(context);
        Future<Void> served =
                config.manage()
                        ? here().compose(_ -> changes.blob(client, digest))
                                .onFailure(_ -> ShortBody.discardRest(context.request()))
                        : UnreadBody.droppedLater(vertx, context.request())
                                .compose(_ -> disabled(client));
        return told(served, context, errors);
    }

    private Uni<Void> serve(RoutingContext context, ErrorEnvelope errors, Change change) {
        Client client = new Client(context);
        Future<Void> served =
                ShortBody.read(vertx, context.request())
                        .compose(body ->
                                config.manage()
                                        ? change.run(
                                                ManageRequest.of(context.request(), body), client)
                                        : disabled(client));
        return told(served, context, errors);
    }

    /** Later: an answer that ends before its route has returned confuses quarkus-rest. */
    private Future<Void> here() {
        return Future.future(promise -> vertx.runOnContext(_ -> promise.complete()));
    }

    private static Future<Void> disabled(Client client) {
        return Future.failedFuture(
                AccessException.forbidden(
                        "management_disabled",
                        "%s changes what the servers hold, which this gateway is not set to do; cortex.manage=true allows it"
                                .formatted(client.request().path())));
    }

    private static Uni<Void> told(
            Future<Void> served, RoutingContext context, ErrorEnvelope errors) {
        Future<Void> ended =
                served.recover(
                        failure -> Responses.send(context.response(), known(failure), errors));
        return Uni.createFrom().emitter(emitter -> ended.onComplete(_ -> emitter.complete(null)));
    }

    /** What a client is told of a failure; one that is ours is logged. */
    private static CortexException known(Throwable failure) {
        if (failure instanceof CortexException expected) {
            return expected;
        }
        LOG.error("a change of models failed in the gateway itself", failure);
        return ServerException.exhausted("the gateway failed; its log says why");
    }
}
