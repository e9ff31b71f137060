package dev.aicortex.http.admin;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Shown;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;

/** {@code GET /config}: the keys in force, with where each value comes from; secrets are masked. */
@Path("/config")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class ConfigResource {
    private final LiveConfig config;

    ConfigResource(LiveConfig config) {
        this.config = config;
    }

    @GET
    public Map<String, Shown> config() {
        Map<String, Shown> shown = new TreeMap<>();
        for (String name : config.names()) {
            if (ours(name)) {
                Shown.of(config.source(name), name).ifPresent(value -> shown.put(name, value));
            }
        }
        return shown;
    }

    private static boolean ours(String name) {
        return name.startsWith("cortex.")
                || name.equals("quarkus.http.host")
                || name.equals("quarkus.http.port");
    }
}
