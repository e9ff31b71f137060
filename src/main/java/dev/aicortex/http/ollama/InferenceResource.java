package dev.aicortex.http.ollama;

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

/**
 * {@code /api/chat} and {@code /api/generate}: NDJSON unless the body says {@code "stream":false}.
 */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class InferenceResource {
    private static final Route CHAT = route("/api/chat");
    private static final Route GENERATE = route("/api/generate");

    private final Gateway gateway;

    InferenceResource(Gateway gateway) {
        this.gateway = gateway;
    }

    private static Route route(String path) {
        return new Route(Dialect.OLLAMA, path, true, OllamaErrors::body);
    }

    @POST
    @Path("api/chat")
    public Uni<Void> chat(@Context RoutingContext context) {
        return gateway.serve(context, CHAT);
    }

    @POST
    @Path("api/generate")
    public Uni<Void> generate(@Context RoutingContext context) {
        return gateway.serve(context, GENERATE);
    }
}
