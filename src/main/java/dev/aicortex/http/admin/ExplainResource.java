package dev.aicortex.http.admin;

import dev.aicortex.gateway.Explain;
import dev.aicortex.gateway.Explanation;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code POST /admin/explain}: which server a request would go to, and why; nothing is sent. */
@Path("/admin/explain")
@AdminOnly
@RunOnVirtualThread
public class ExplainResource {
    private final Explain explain;

    ExplainResource(Explain explain) {
        this.explain = explain;
    }

    /** Takes the JSON of any request that is answered in words. */
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public Explanation explain(byte[] body) {
        return explain.of(body);
    }
}
