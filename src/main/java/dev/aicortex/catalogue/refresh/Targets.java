package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.model.ServerUrl;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which servers a refresh asks. */
@FunctionalInterface
public interface Targets {
    /**
     * The servers by their address without credentials, in the order of asking.
     *
     * @param volume the families that the volume has
     */
    Map<String, ServerUrl> beside(List<Family> volume);

    /** These and no others. */
    static Targets only(Collection<ServerUrl> servers) {
        return _ -> byAddress(servers);
    }

    /** These, then those that the volume's files name. */
    static Targets withCatalogued(Collection<ServerUrl> servers) {
        return volume -> {
            Map<String, ServerUrl> targets = byAddress(servers);
            catalogued(volume).forEach(url -> targets.putIfAbsent(url.toString(), url));
            return targets;
        };
    }

    /** The servers that the files name, each once, by address. */
    static List<ServerUrl> catalogued(List<Family> volume) {
        return volume.stream()
                .flatMap(family -> family.models().stream())
                .flatMap(model -> model.servers().stream())
                .map(ModelServer::url)
                .distinct()
                .sorted()
                .map(ServerUrl::of)
                .toList();
    }

    private static Map<String, ServerUrl> byAddress(Collection<ServerUrl> servers) {
        Map<String, ServerUrl> targets = new LinkedHashMap<>();
        servers.forEach(server -> targets.putIfAbsent(server.toString(), server));
        return targets;
    }
}
