package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Plugins;
import dev.aicortex.model.ServerSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.stream.Stream;

/** Where servers come from beside the configuration: beans, and services of other jars. */
@ApplicationScoped
public class ServerSources {
    private final List<ServerSource> all;

    ServerSources(CortexConfig config, @Any Instance<ServerSource> beans) {
        this.all =
                Stream.concat(
                                beans.stream(),
                                Plugins.in(config.plugins()).load(ServerSource.class).stream())
                        .toList();
    }

    /** Each of them, beans first. */
    public List<ServerSource> all() {
        return all;
    }
}
