package dev.aicortex.http.ollama;

import dev.aicortex.gateway.Gateway;
import dev.aicortex.gateway.Route;
import dev.aicortex.model.Endpoint;
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
 * What answers a prompt under {@code /api}: NDJSON from chats and generations unless the body says
 * {@code "stream":false}; and a model's card.
 */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class InferenceResource {
    private static final Route CHAT = route(Endpoint.CHAT);
    private static final Route GENERATE = route(Endpoint.GENERATE);
    private static final Route EMBED = route(Endpoint.EMBED);
    private static final Route EMBEDDING = route(Endpoint.EMBEDDING);
    private static final Route SHOW = route(Endpoint.SHOW);

    private final Gateway gateway;

    InferenceResource(Gateway gateway) {
        this.gateway = gateway;
    }

    private static Route route(Endpoint endpoint) {
        return new Route(endpoint, OllamaErrors::body);
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

    @POST
    @Path("api/embed")
    public Uni<Void> embed(@Context RoutingContext context) {
        return gateway.serve(context, EMBED);
    }

    @POST
    @Path("api/embeddings")
    public Uni<Void> embedOne(@Context RoutingContext context) {
        return gateway.serve(context, EMBEDDING);
    }

    @POST
    @Path("api/show")
    public Uni<Void> show(@Context RoutingContext context) {
        return gateway.serve(context, SHOW);
    }
}
