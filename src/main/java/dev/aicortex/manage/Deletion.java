package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.Answers;
import dev.aicortex.gateway.calls.Broadcast;
import dev.aicortex.gateway.calls.ServerAnswer;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** Deletes a model on every server that holds it. */
@Singleton
class Deletion implements Change {
    private static final int NOT_THERE = 404;

    private final FleetView fleet;
    private final Broadcast broadcast;
    private final CortexConfig config;

    Deletion(FleetView fleet, Broadcast broadcast, CortexConfig config) {
        this.fleet = fleet;
        this.broadcast = broadcast;
        this.config = config;
    }

    @Override
    public Future<Void> run(ManageRequest request, Client client) {
        return fleet.holders(request.model(), request.servers())
                .compose(holders -> delete(request, holders))
                .compose(_ -> client.answer(200));
    }

    private Future<Void> delete(ManageRequest request, List<ServerState> holders) {
        List<Server> up =
                holders.stream().filter(ServerState::up).map(ServerState::server).toList();
        List<ServerState> down = holders.stream().filter(state -> !state.up()).toList();
        return broadcast
                .send(HttpMethod.DELETE, "/api/delete", request.body(), up, config.manageTimeout())
                .compose(answers -> fleet.renew(up).map(answers))
                .compose(answers -> verdict(request.model(), answers, down));
    }

    /** A server that no longer had the model is as good as one that deleted it. */
    private static Future<Void> verdict(String model, Answers answers, List<ServerState> down) {
        List<String> problems =
                Stream.concat(
                                answers.failed().stream()
                                        .filter(answer -> answer.status() != NOT_THERE)
                                        .map(ServerAnswer::problem),
                                down.stream().map(Deletion::unasked))
                        .toList();
        if (!problems.isEmpty()) {
            String where = String.join("; ", problems);
            String text = "model '%s' is not deleted everywhere: %s".formatted(model, where);
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
        String why =
                state.health() instanceof Health.Down down
                        ? "it is down: " + down.reason()
                        : "it has not answered yet";
        return state.server() + ": " + why;
    }
}
