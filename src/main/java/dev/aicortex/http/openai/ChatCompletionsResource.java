package dev.aicortex.http.openai;

import dev.aicortex.gateway.Gateway;
import dev.aicortex.gateway.Route;
import dev.aicortex.model.Dialect;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/** {@code POST /v1/chat/completions}: JSON, or SSE when the body says {@code "stream":true}. */
@Path("/v1/chat/completions")
public class ChatCompletionsResource {
    private static final Route ROUTE =
            new Route(Dialect.OPENAI, "/v1/chat/completions", false, OpenAiErrors::body);

    private final Gateway gateway;

    ChatCompletionsResource(Gateway gateway) {
        this.gateway = gateway;
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.WILDCARD)
    @NonBlocking
    public Uni<Void> chat(@Context RoutingContext context) {
        return gateway.serve(context, ROUTE);
    }
}
