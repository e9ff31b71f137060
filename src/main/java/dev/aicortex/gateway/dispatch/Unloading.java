package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.rewrite.Plan;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.model.AccessException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;

/** Has a model leave the memory of every server that holds it: nobody knows which one is meant. */
@Singleton
class Unloading {
    private final CortexConfig config;
    private final Fleet fleet;
    private final OllamaConnections connections;

    Unloading(CortexConfig config, Fleet fleet, OllamaConnections connections) {
        this.config = config;
        this.fleet = fleet;
        this.connections = connections;
    }

    /**
     * Asks them.
     *
     * @param target the model that is meant
     * @return the first good answer, or what a server calls wrong with the request: no 5xx, which
     *     SDKs would send again; fails with a {@link dev.aicortex.model.CortexException} when there
     *     is neither
     */
    Future<Reply> run(Request request, Target target, Scope scope) {
        if (!config.manage()) {
            return Future.failedFuture(
                    AccessException.forbidden(
                            "management_disabled",
                            "unloading a model takes it from everybody; leave 'keep_alive' out, or set cortex.manage=true"));
        }
        FleetSnapshot snapshot = fleet.snapshot();
        ModelName model = target.name();
        List<Server> up =
                snapshot.holders(model).stream()
                        .filter(ServerState::up)
                        .map(ServerState::server)
                        .filter(server -> scope.admits(snapshot, model, server))
                        .toList();
        return up.isEmpty()
                ? Future.failedFuture(scope.notHeld(snapshot, model, target.spelling()))
                : Answers.ask(
                                connections,
                                HttpMethod.POST,
                                request.endpoint().path(),
                                Plan.bytes(request, target),
                                up,
                                config.manageTimeout())
                        .compose(answers -> fleet.renew(up).map(answers)) // lists tell it at once
                        .compose(Unloading::reply);
    }

    private static Future<Reply> reply(Answers answers) {
        return answers.firstGood()
                .or(() -> answers.best().filter(_ -> answers.rejected()))
                .map(Future::succeededFuture)
                .orElseGet(() ->
                        Future.failedFuture(
                                ServerException.exhausted(
                                        "no server unloaded the model: " + answers.problems())));
    }
}
