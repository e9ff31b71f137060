package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.Listing;
import dev.aicortex.gateway.Responses;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.gateway.request.UnreadBody;
import dev.aicortex.keys.Grant;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.routing.Placement;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A change of models from its request's arrival to its answer's end: read, may the client, which
 * servers, what they answer. Each public method's result is done when the response has ended,
 * however it did.
 */
@Singleton
public class Management {
    private static final Logger LOG = Logger.getLogger(Management.class);
    private static final int NOT_THERE = 404;

    private final Vertx vertx;
    private final CortexConfig config;
    private final OllamaConnections connections;
    private final FleetView fleet;
    private final Blobs blobs;
    private final Registries registries;

    Management(
            Vertx vertx,
            CortexConfig config,
            OllamaConnections connections,
            FleetView fleet,
            Blobs blobs) {
        this.vertx = vertx;
        this.config = config;
        this.connections = connections;
        this.fleet = fleet;
        this.blobs = blobs;
        this.registries = Registries.of(config.pull());
    }

    /** {@code HEAD} and {@code POST /api/blobs/{digest}}: on the server of the later create. */
    public Uni<Void> blob(RoutingContext context, String digest) {
        Client client = new Client(context);
        Future<Void> served =
                config.manage() && Caller.grant(context).manages()
                        ? here().compose(_ -> blobs.run(client, digest))
                                .onFailure(_ -> ShortBody.discardRest(context.request()))
                        : UnreadBody.droppedLater(vertx, context.request())
                                .compose(_ -> disabled(client));
        return told(served, context);
    }

    /**
     * Any other change.
     *
     * @param kind the last part of its path, such as {@code pull}
     */
    public Uni<Void> change(RoutingContext context, String kind) {
        Client client = new Client(context);
        Future<Void> served =
                ShortBody.read(vertx, context.request())
                        .compose(body ->
                                config.manage() && Caller.grant(context).manages()
                                        ? change(kind, context, body, client)
                                        : disabled(client));
        return told(served, context);
    }

    /** Later: an answer that ends before its route has returned confuses quarkus-rest. */
    private Future<Void> here() {
        return Future.future(promise -> vertx.runOnContext(_ -> promise.complete()));
    }

    /** Its key may have to do with some models alone. */
    private Future<Void> change(String kind, RoutingContext context, Buffer body, Client client) {
        ManageRequest request = ManageRequest.of(context.request(), body);
        Grant grant = Caller.grant(context);
        if (grant.everyModel()) {
            return change(kind, request, client);
        }
        request.models().stream()
                .filter(model -> !grant.admits(ModelName.of(model)))
                .findFirst()
                .ifPresent(model -> {
                    throw Listing.notAllowed(model);
                });
        return change(kind, request, client)
                .recover(failure -> Future.failedFuture(withoutNames(failure, request)));
    }

    /** The names that a client may have meant may not be for its key to know. */
    private static Throwable withoutNames(Throwable failure, ManageRequest request) {
        return failure instanceof ModelNotFoundException
                ? new ModelNotFoundException(String.join(", ", request.models()), List.of())
                : failure;
    }

    private Future<Void> disabled(Client client) {
        if (config.manage()) {
            return Future.failedFuture(Listing.notManaging());
        }
        return Future.failedFuture(
                AccessException.forbidden(
                        "management_disabled",
                        "%s changes what the servers hold, which this gateway is not set to do; cortex.manage=true allows it"
                                .formatted(client.request().path())));
    }

    private static Uni<Void> told(Future<Void> served, RoutingContext context) {
        Future<Void> ended =
                served.recover(failure ->
                        Responses.send(context.response(), known(failure), Dialect.OLLAMA));
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

    /**
     * Has it made where it belongs: a pull on the servers that {@link Placement} picks, a push and
     * a copy on one that holds the model, a create on one that has what the model is made of, a
     * deletion on every server that holds it.
     *
     * @return done when the answer has ended; fails with a {@link CortexException} while it has not
     *     begun
     * @throws CortexException where a model may not come from there or go there
     */
    private Future<Void> change(String kind, ManageRequest request, Client client) {
        registries.check(kind, request);
        return switch (kind) {
            case "pull" -> pull(request, client);
            case "delete" -> delete(request, client);
            case "push" ->
                    onOne(kind, fleet.holder(request.model(), request.servers()), request, client);
            case "copy" ->
                    onOne(
                            kind,
                            fleet.holder(request.required("source"), request.servers()),
                            request,
                            client);
            case "create" -> onOne(kind, blobs.forCreate(request), request, client);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Future<Void> onOne(
            String kind, Future<Server> chosen, ManageRequest request, Client client) {
        // without progress the first word is the last
        Duration patience = request.stream() ? config.manageTimeout() : Progress.LONGEST_WORK;
        return chosen.compose(server ->
                new OneServer(connections, fleet, server, "/api/" + kind, request.body(), client)
                        .run(patience));
    }

    private Future<Void> pull(ManageRequest request, Client client) {
        return fleet.known()
                .compose(snapshot -> {
                    List<Server> servers = toPull(request, snapshot);
                    Pull pull =
                            new Pull(connections, config.manageTimeout(), servers, request, client);
                    return pull.run()
                            .compose(_ -> fleet.renew(servers))
                            .compose(_ -> pull.finish());
                });
    }

    private static List<Server> toPull(ManageRequest request, FleetSnapshot snapshot) {
        List<ServerState> named = NamedServers.of(request.servers(), snapshot);
        List<ServerState> picked =
                Placement.forPull(named, snapshot, ModelName.of(request.model()));
        if (picked.isEmpty()) {
            throw FleetView.noneUp();
        }
        return picked.stream().map(ServerState::server).toList();
    }

    private Future<Void> delete(ManageRequest request, Client client) {
        return fleet.holders(request.model(), request.servers())
                .compose(holders -> {
                    List<Server> up = FleetView.up(holders);
                    return Answers.ask(
                                    connections,
                                    HttpMethod.DELETE,
                                    "/api/delete",
                                    request.body(),
                                    up,
                                    config.manageTimeout())
                            .compose(answers -> fleet.renew(up).map(answers))
                            .compose(answers -> deleted(request.model(), answers, holders));
                })
                .compose(_ -> client.answer(new Reply(200, "", Buffer.buffer(0))));
    }

    /** A server that no longer had the model is as good as one that deleted it. */
    private static Future<Void> deleted(String model, Answers answers, List<ServerState> holders) {
        List<String> down =
                holders.stream().filter(state -> !state.up()).map(Management::unasked).toList();
        List<String> problems =
                Stream.concat(
                                answers.failed().stream()
                                        .filter(answer -> answer.status() != NOT_THERE)
                                        .map(Answers.Answer::problem),
                                down.stream())
                        .toList();
        if (!problems.isEmpty()) {
            String text =
                    "model '%s' is not deleted everywhere: %s"
                            .formatted(model, String.join("; ", problems));
            return Future.failedFuture(
                    down.isEmpty() && answers.rejected()
                            ? new ValidationException(text)
                            : ServerException.exhausted(text));
        }
        return answers.every(NOT_THERE)
                ? Future.failedFuture(new ModelNotFoundException(model, List.of()))
                : Future.succeededFuture();
    }

    private static String unasked(ServerState state) {
        return state.server()
                + switch (state.health()) {
                    case Health.Down down -> ": it is down: " + down.reason();
                    case Health.Asleep _ -> ": it is asleep";
                    case Health.Unknown _, Health.Up _ -> ": it has not answered yet";
                };
    }
}
