package dev.aicortex.gateway;

import dev.aicortex.catalogue.Model;
import java.util.List;

/**
 * A model of the catalogue with what is true of it at this moment.
 *
 * @param available whether a server that is up holds it now
 * @param servers those that hold it now, and those that the catalogue remembers
 */
public record LiveModel(Model model, boolean available, List<LiveServer> servers) {
    public LiveModel {
        servers = List.copyOf(servers);
    }
}
