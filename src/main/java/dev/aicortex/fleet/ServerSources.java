package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Where servers come from beside the configuration: beans, and services of other jars. */
@ApplicationScoped
public class ServerSources {
    private static final Logger LOG = Logger.getLogger(ServerSources.class);

    private final List<ServerSource> all;

    ServerSources(CortexConfig config, @Any Instance<ServerSource> beans) {
        List<ServerSource> services = Plugins.load(config.plugins(), ServerSource.class);
        this.all = Stream.concat(beans.stream(), services.stream()).toList();
    }

    /** The servers that they know of now; a source that fails is told of and left out. */
    public List<ServerUrl> servers() {
        return all.stream().flatMap(source -> servers(source).stream()).toList();
    }

    private static List<ServerUrl> servers(ServerSource source) {
        try {
            return source.servers();
        } catch (RuntimeException e) {
            LOG.warnf(e, "the source of servers '%s' failed and is left out", source.name());
            return List.of();
        }
    }
}
