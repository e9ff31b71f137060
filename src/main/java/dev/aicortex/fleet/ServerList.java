package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.ServerAccess;
import dev.aicortex.ollama.TagList;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.faulttolerance.Fallback;

/** Which servers the fleet has. */
@ApplicationScoped
public class ServerList {
    private final ServerSources sources;
    private final LastKnown lastKnown;
    private final CortexConfig started;

    /** What was known of the servers before this process asked any. */
    public interface LastKnown {
        /** The servers that were found to hold models. */
        List<ServerUrl> servers();

        /** The models that each of these servers held, by address; none where nothing is known. */
        Map<String, Map<ModelName, TagList.Tag>> models(List<ServerUrl> servers);
    }

    /**
     * @param started the configuration of the start, which alone says whether servers are
     *     discovered: nobody begins or ends to look for them later
     */
    protected ServerList(ServerSources sources, LastKnown lastKnown, CortexConfig started) {
        this.sources = sources;
        this.lastKnown = lastKnown;
        this.started = started;
    }

    /**
     * The configured servers and those of other sources, each once, with their credentials. When
     * there is none, and none is discovered: the one on localhost and those that the catalogue
     * names.
     */
    @Fallback(fallbackMethod = "localhost", applyOn = NoneConfiguredException.class)
    public List<ServerUrl> servers(CortexConfig config, ServerAccess access) {
        List<ServerUrl> servers = named(config, sources.servers());
        if (servers.isEmpty() && !Origin.discover(started)) {
            throw new NoneConfiguredException();
        }
        return servers.stream().map(access::authorized).toList();
    }

    List<ServerUrl> localhost(CortexConfig config, ServerAccess access) {
        return beside(List.of(), Set.of(), config, access);
    }

    /** Whether nothing but these entries of the configuration names servers. */
    public boolean namesOnly(List<ServerEntry> entries, CortexConfig config) {
        Set<URI> theirs =
                entries.stream()
                        .flatMap(entry -> entry.url().stream())
                        .map(ServerUrl::base)
                        .collect(Collectors.toSet());
        return !Origin.discover(started)
                && named(config, sources.servers()).stream()
                        .allMatch(url -> theirs.contains(url.base()));
    }

    /**
     * The one on localhost, those that the catalogue names, and beside them servers that were added
     * at run time.
     *
     * @param gone that the catalogue may go on to name
     */
    List<ServerUrl> beside(
            List<ServerEntry> added, Set<URI> gone, CortexConfig config, ServerAccess access) {
        Map<URI, ServerUrl> urls = new LinkedHashMap<>();
        Stream.of(
                        Stream.of(byDefault(config)),
                        lastKnown.servers().stream().filter(url -> !gone.contains(url.base())),
                        added.stream().flatMap(entry -> entry.url().stream()))
                .flatMap(all -> all)
                .forEach(url -> urls.putIfAbsent(url.base(), url));
        return urls.values().stream().map(access::authorized).toList();
    }

    /** The same for commands, which run without the container. */
    public static List<ServerUrl> known(CortexConfig config, List<ServerSource> sources) {
        List<ServerUrl> discovered = sources.stream().flatMap(s -> s.servers().stream()).toList();
        List<ServerUrl> servers = named(config, discovered);
        boolean byDefault = servers.isEmpty() && !Origin.discover(config);
        return (byDefault ? Stream.of(byDefault(config)) : servers.stream())
                .map(new ServerAccess(config)::authorized)
                .toList();
    }

    /** The one on localhost, unless it is set to another. */
    static ServerUrl byDefault(CortexConfig config) {
        return ServerUrl.of(config.defaultServer(), "cortex.default-server");
    }

    private static List<ServerUrl> named(CortexConfig config, List<ServerUrl> discovered) {
        Map<URI, ServerUrl> urls = new LinkedHashMap<>();
        Stream<ServerUrl> listed = config.servers().orElse(List.of()).stream().map(ServerUrl::of);
        Stream<ServerUrl> entries =
                ServerEntry.all(config).stream()
                        .filter(ServerEntry::defines)
                        .flatMap(entry -> entry.url().stream());
        Stream.of(listed, entries, discovered.stream())
                .flatMap(all -> all)
                .forEach(url -> urls.putIfAbsent(url.base(), url));
        return List.copyOf(urls.values());
    }

    /** Whether anything names servers; naming them beside the demo is a contradiction. */
    public boolean configured(CortexConfig config) {
        boolean named = !named(config, sources.servers()).isEmpty();
        if (named && config.demo()) {
            throw new ValidationException(
                    "cortex.demo: true, but cortex.servers or cortex.server names servers; leave one of the two out");
        }
        return named
                || Origin.discover(started)
                || (!config.demo() && !lastKnown.servers().isEmpty());
    }

    static final class NoneConfiguredException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
