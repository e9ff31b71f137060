package dev.aicortex.gateway;

import dev.aicortex.catalogue.refresh.KnownServers;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.model.ServerUrl;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Tells the refresh which servers the fleet has. */
@ApplicationScoped
public class FleetServers implements KnownServers {
    private final Fleet fleet;

    FleetServers(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public List<ServerUrl> servers() {
        return fleet.snapshot().states().stream().map(state -> state.server().url()).toList();
    }
}
