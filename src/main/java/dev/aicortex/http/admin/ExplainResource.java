package dev.aicortex.http.admin;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.Explain;
import dev.aicortex.gateway.Explanation;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code POST /admin/explain}: which server a request would go to, and why; nothing is sent. */
@Path("/admin/explain")
@AdminOnly
@RunOnVirtualThread
public class ExplainResource {
    private final Explain explain;
    private final CortexConfig config;

    ExplainResource(Explain explain, CortexConfig config) {
        this.explain = explain;
        this.config = config;
    }

    /**
     * Takes the JSON of any request that is answered in words.
     *
     * @param key the name of the key of {@code cortex.keys} with which it would come
     */
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public Explanation explain(@RestQuery @Nullable String key, byte[] body) {
        if (key != null && !config.keys().containsKey(key)) {
            throw ValidationException.of(
                    "key", key, "is the name of no key", "take one that cortex.keys has");
        }
        return explain.of(body, key);
    }
}
