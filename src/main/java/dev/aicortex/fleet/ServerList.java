package dev.aicortex.fleet;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.faulttolerance.Fallback;

/** Which servers the fleet starts with. */
@ApplicationScoped
public class ServerList {
    private final CortexConfig config;

    protected ServerList(CortexConfig config) {
        this.config = config;
    }

    /** The configured servers, each once; the one on localhost when none is configured. */
    @Fallback(fallbackMethod = "localhost", applyOn = NoneConfiguredException.class)
    public List<ServerUrl> servers() {
        if (!configured()) {
            throw new NoneConfiguredException();
        }
        Map<URI, ServerUrl> urls = new LinkedHashMap<>();
        config.servers().orElseThrow().stream()
                .map(ServerUrl::of)
                .forEach(url -> urls.putIfAbsent(url.base(), url));
        return List.copyOf(urls.values());
    }

    List<ServerUrl> localhost() {
        return List.of(ServerUrl.LOCALHOST);
    }

    /** Whether the configuration names servers; naming them beside the demo is a contradiction. */
    public boolean configured() {
        boolean named = config.servers().filter(list -> !list.isEmpty()).isPresent();
        if (named && config.demo()) {
            throw new ValidationException(
                    "cortex.demo: true, but cortex.servers names servers; leave one of the two out");
        }
        return named;
    }

    static final class NoneConfiguredException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
