package dev.aicortex.gateway;

import dev.aicortex.catalogue.refresh.RefreshRuns.KnownServers;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.ServerSources;
import dev.aicortex.model.ServerUrl;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Stream;

/** Tells the refresh which servers the fleet has, and which have been discovered since. */
@ApplicationScoped
public class FleetServers implements KnownServers {
    private final Fleet fleet;
    private final ServerSources sources;

    FleetServers(Fleet fleet, ServerSources sources) {
        this.fleet = fleet;
        this.sources = sources;
    }

    @Override
    public List<ServerUrl> servers() {
        return Stream.concat(
                        fleet.snapshot().states().stream().map(state -> state.server().url()),
                        sources.servers().stream())
                .toList();
    }
}
