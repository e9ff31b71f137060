package dev.aicortex.manage;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.routing.Placement;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.List;

/** Pulls a model to the servers that {@link Placement} picks, all at once. */
@Singleton
class Pulls implements Change {
    private final OllamaConnections connections;
    private final CortexConfig config;
    private final FleetView fleet;

    Pulls(OllamaConnections connections, CortexConfig config, FleetView fleet) {
        this.connections = connections;
        this.config = config;
        this.fleet = fleet;
    }

    @Override
    public Future<Void> run(ManageRequest request, Client client) {
        return fleet.known()
                .map(snapshot -> servers(request, snapshot))
                .compose(servers -> pull(request, servers, client));
    }

    private static List<Server> servers(ManageRequest request, FleetSnapshot snapshot) {
        List<ServerState> named = NamedServers.of(request.servers(), snapshot);
        List<ServerState> picked =
                Placement.forPull(named, snapshot, ModelName.of(request.model()));
        if (picked.isEmpty()) {
            throw FleetView.noneUp();
        }
        return picked.stream().map(ServerState::server).toList();
    }

    private Future<Void> pull(ManageRequest request, List<Server> servers, Client client) {
        Buffer body = request.streaming();
        Pull pull =
                new Pull(
                        client,
                        request.stream(),
                        config.manageTimeout(),
                        servers,
                        (server, listener) ->
                                new Progress(connections, server, "/api/pull", body, listener));
        return pull.run().compose(_ -> fleet.renew(servers)).compose(_ -> pull.finish());
    }
}
