package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.model.ServerUrl;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which servers a refresh asks.
 *
 * @param andCatalogued whether those too that the volume's files name
 */
public record Targets(Collection<ServerUrl> servers, boolean andCatalogued) {
    /** These and no others. */
    public static Targets only(Collection<ServerUrl> servers) {
        return new Targets(servers, false);
    }

    /** These, then those that the volume's files name. */
    public static Targets withCatalogued(Collection<ServerUrl> servers) {
        return new Targets(servers, true);
    }

    /**
     * The servers by their address without credentials, in the order of asking.
     *
     * @param volume the families that the volume has
     */
    public Map<String, ServerUrl> beside(List<Family> volume) {
        Map<String, ServerUrl> targets = new LinkedHashMap<>();
        servers.forEach(server -> targets.putIfAbsent(server.toString(), server));
        if (andCatalogued) {
            catalogued(volume).forEach(server -> targets.putIfAbsent(server.toString(), server));
        }
        return targets;
    }

    /** The servers that the files name, each once, by address. */
    public static List<ServerUrl> catalogued(List<Family> volume) {
        return volume.stream()
                .flatMap(family -> family.models().stream())
                .flatMap(model -> model.servers().stream())
                .map(ModelServer::url)
                .distinct()
                .sorted()
                .map(ServerUrl::of)
                .toList();
    }
}
