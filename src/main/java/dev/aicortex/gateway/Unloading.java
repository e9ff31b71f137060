package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.ServerException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;

/** Has a model leave the memory of every server that holds it: nobody knows which one is meant. */
@Singleton
class Unloading {
    private final CortexConfig config;
    private final Fleet fleet;
    private final Broadcast broadcast;

    Unloading(CortexConfig config, Fleet fleet, Broadcast broadcast) {
        this.config = config;
        this.fleet = fleet;
        this.broadcast = broadcast;
    }

    /**
     * Gives the client the first good answer.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} when there is none
     */
    Future<Void> run(Exchange exchange) {
        if (!config.manage()) {
            return Future.failedFuture(
                    AccessException.forbidden(
                            "management_disabled",
                            "unloading a model takes it from everybody; leave 'keep_alive' out, or set cortex.manage=true"));
        }
        FleetSnapshot snapshot = fleet.snapshot();
        List<ServerState> up =
                snapshot.holders(exchange.model()).stream()
                        .filter(ServerState::up)
                        .filter(state -> mayAsk(exchange, snapshot, state.server()))
                        .toList();
        return up.isEmpty()
                ? Future.failedFuture(exchange.notHeld(snapshot))
                : exchange.prepare().compose(_ -> unload(exchange, up));
    }

    private static boolean mayAsk(Exchange exchange, FleetSnapshot fleet, Server server) {
        return fleet.allow(exchange.model()).admits(server) && exchange.allow().admits(server);
    }

    private Future<Void> unload(Exchange exchange, List<ServerState> up) {
        Buffer body = exchange.sentBytes();
        List<Server> servers = up.stream().map(ServerState::server).toList();
        return broadcast
                .send(HttpMethod.POST, exchange.path(), body, servers, config.manageTimeout())
                .compose(answers ->
                        answers.firstGood()
                                .map(reply -> answer(exchange, reply))
                                .orElseGet(() -> failed(exchange, answers)));
    }

    private static Future<Void> answer(Exchange exchange, Reply reply) {
        return exchange.response()
                .putHeader("Content-Type", reply.contentType())
                .end(reply.body())
                .otherwiseEmpty();
    }

    /** What a server calls wrong is the client's to mend: no 5xx, which SDKs would send again. */
    private static Future<Void> failed(Exchange exchange, Answers answers) {
        return answers.best()
                .filter(_ -> answers.rejected())
                .map(exchange::reject)
                .orElseGet(() ->
                        Future.failedFuture(
                                ServerException.exhausted(
                                        "no server unloaded the model: " + answers.problems())));
    }
}
