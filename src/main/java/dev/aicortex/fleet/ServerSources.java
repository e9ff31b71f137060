package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Where servers come from beside the configuration: beans, and services of other jars. */
@ApplicationScoped
public class ServerSources {
    private static final Logger LOG = Logger.getLogger(ServerSources.class);

    private final List<ServerSource> all;
    private final Map<ServerSource, List<ServerUrl>> last = new ConcurrentHashMap<>();

    ServerSources(CortexConfig config, @Any Instance<ServerSource> beans) {
        List<ServerSource> services = Plugins.load(config.plugins(), ServerSource.class);
        this.all = Stream.concat(beans.stream(), services.stream()).toList();
    }

    /** The servers that they know of now; of a source that fails, those that it knew before. */
    public List<ServerUrl> servers() {
        return all.stream().flatMap(source -> servers(source).stream()).toList();
    }

    private List<ServerUrl> servers(ServerSource source) {
        try {
            List<ServerUrl> servers = source.servers();
            last.put(source, servers);
            return servers;
        } catch (RuntimeException e) {
            LOG.warnf(
                    e,
                    "the source of servers '%s' failed; what it knew before goes on to count",
                    source.name());
            return last.getOrDefault(source, List.of());
        }
    }
}
