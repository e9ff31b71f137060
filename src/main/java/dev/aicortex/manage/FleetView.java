package dev.aicortex.manage;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.routing.Placement;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The fleet as a change of models needs to see it; all futures complete on the caller's loop. */
@Singleton
class FleetView {
    private static final int RETRY_SECONDS = 5;

    private final Vertx vertx;
    private final Fleet fleet;

    FleetView(Vertx vertx, Fleet fleet) {
        this.vertx = vertx;
        this.fleet = fleet;
    }

    /** The fleet, once all servers have been probed for the first time. */
    Future<FleetSnapshot> known() {
        return OwnLoop.here(vertx, fleet.swept()).map(_ -> fleet.snapshot());
    }

    /** A request met a failure there. */
    void recheck(Server server) {
        fleet.recheck(server);
    }

    /** Done once it is known what these servers hold after a change. */
    Future<Void> renew(Collection<Server> servers) {
        return OwnLoop.here(vertx, fleet.renew(servers));
    }

    /**
     * The servers that hold a model and are among those that the client names, up or not; never
     * empty.
     *
     * @return fails when there is none, after another look
     */
    Future<List<ServerState>> holders(String model, List<String> names) {
        return known().compose(snapshot -> {
            List<ServerState> holders = held(model, names, snapshot);
            return holders.isEmpty()
                    ? OwnLoop.here(vertx, fleet.refresh(snapshot.states(), Fleet.BELIEVED))
                            .map(_ -> heldNow(model, names, fleet.snapshot()))
                    : Future.succeededFuture(holders);
        });
    }

    private static List<ServerState> held(
            String model, List<String> names, FleetSnapshot snapshot) {
        List<ServerState> named = NamedServers.of(names, snapshot);
        return snapshot.holders(ModelName.of(model)).stream()
                .filter(state -> names.isEmpty() || named.contains(state))
                .toList();
    }

    private static List<ServerState> heldNow(
            String model, List<String> names, FleetSnapshot snapshot) {
        List<ServerState> holders = held(model, names, snapshot);
        if (holders.isEmpty()) {
            throw up(snapshot.states()).isEmpty() ? noneUp() : snapshot.unknown(model);
        }
        return holders;
    }

    /** The one server that the client names, else another. */
    Future<Server> namedOr(List<String> names, Function<FleetSnapshot, Future<Server>> otherwise) {
        return known().compose(snapshot ->
                NamedServers.one(names, snapshot)
                        .map(named -> Future.succeededFuture(named.server()))
                        .orElseGet(() -> otherwise.apply(snapshot)));
    }

    /**
     * The one server that shall do something with a model: the one that the client names, whatever
     * it holds, else one that is up and holds it.
     */
    Future<Server> holder(String model, List<String> names) {
        return namedOr(
                names,
                _ -> holders(model, List.of()).map(all -> orNoneUp(up(all).stream().findFirst())));
    }

    /** The server that is up with most room. */
    static Server roomiest(FleetSnapshot snapshot) {
        return orNoneUp(Placement.roomiest(snapshot.states()).map(ServerState::server));
    }

    private static Server orNoneUp(Optional<Server> server) {
        return server.orElseThrow(FleetView::noneUp);
    }

    /** Those of the servers that are up. */
    static List<Server> up(Collection<ServerState> states) {
        return states.stream().filter(ServerState::up).map(ServerState::server).toList();
    }

    static ServerException noneUp() {
        return ServerException.unavailable(
                "no server that could do it is up; GET /health tells why", RETRY_SECONDS);
    }
}
