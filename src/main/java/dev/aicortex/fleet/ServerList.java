package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.ServerAccess;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.faulttolerance.Fallback;

/** Which servers the fleet starts with. */
@ApplicationScoped
public class ServerList {
    private final CortexConfig config;
    private final ServerSources sources;
    private final LastKnown lastKnown;
    private final ServerAccess access;

    protected ServerList(
            CortexConfig config, ServerSources sources, LastKnown lastKnown, ServerAccess access) {
        this.config = config;
        this.sources = sources;
        this.lastKnown = lastKnown;
        this.access = access;
    }

    /**
     * The configured servers and those of other sources, each once. When there is none: the one on
     * localhost and those that the catalogue names.
     */
    @Fallback(fallbackMethod = "localhost", applyOn = NoneConfiguredException.class)
    public List<ServerUrl> servers() {
        List<ServerUrl> servers = named(config, sources.servers());
        if (servers.isEmpty()) {
            throw new NoneConfiguredException();
        }
        return authorized(servers, access);
    }

    /** With the credentials that are configured for each, beside its URL. */
    private static List<ServerUrl> authorized(List<ServerUrl> servers, ServerAccess access) {
        return servers.stream().map(access::authorized).toList();
    }

    /** The same for commands, which run without the container. */
    public static List<ServerUrl> known(CortexConfig config, List<ServerSource> sources) {
        List<ServerUrl> servers =
                named(config, sources.stream().flatMap(s -> s.servers().stream()).toList());
        return authorized(
                servers.isEmpty() ? List.of(byDefault(config)) : servers, new ServerAccess(config));
    }

    /** The one on localhost, unless it is set to another. */
    static ServerUrl byDefault(CortexConfig config) {
        return ServerUrl.of(config.defaultServer(), "cortex.default-server");
    }

    private static List<ServerUrl> named(CortexConfig config, List<ServerUrl> discovered) {
        Map<URI, ServerUrl> urls = new LinkedHashMap<>();
        config.servers().orElse(List.of()).stream()
                .map(ServerUrl::of)
                .forEach(url -> urls.putIfAbsent(url.base(), url));
        discovered.forEach(url -> urls.putIfAbsent(url.base(), url));
        return List.copyOf(urls.values());
    }

    List<ServerUrl> localhost() {
        List<ServerUrl> servers = new ArrayList<>(lastKnown.servers());
        servers.addFirst(byDefault(config));
        return authorized(servers.stream().distinct().toList(), access);
    }

    /** Whether anything names servers; naming them beside the demo is a contradiction. */
    public boolean configured() {
        boolean named = !named(config, sources.servers()).isEmpty();
        if (named && config.demo()) {
            throw new ValidationException(
                    "cortex.demo: true, but cortex.servers names servers; leave one of the two out");
        }
        return named || (!config.demo() && !lastKnown.servers().isEmpty());
    }

    static final class NoneConfiguredException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
