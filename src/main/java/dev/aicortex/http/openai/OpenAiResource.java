package dev.aicortex.http.openai;

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
 * What answers a prompt under {@code /v1}: JSON, or SSE when the body says {@code "stream":true}.
 */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class OpenAiResource {
    private static final Route CHAT_COMPLETIONS = route(Endpoint.CHAT_COMPLETIONS);
    private static final Route COMPLETIONS = route(Endpoint.COMPLETIONS);
    private static final Route EMBEDDINGS = route(Endpoint.EMBEDDINGS);
    private static final Route RESPONSES = route(Endpoint.RESPONSES);
    private static final Route TRANSCRIPTIONS = route(Endpoint.TRANSCRIPTIONS);
    private static final Route IMAGES = route(Endpoint.IMAGES);

    private final Gateway gateway;

    OpenAiResource(Gateway gateway) {
        this.gateway = gateway;
    }

    private static Route route(Endpoint endpoint) {
        return new Route(endpoint, OpenAiErrors::body);
    }

    @POST
    @Path("v1/chat/completions")
    public Uni<Void> chat(@Context RoutingContext context) {
        return gateway.serve(context, CHAT_COMPLETIONS);
    }

    @POST
    @Path("v1/completions")
    public Uni<Void> complete(@Context RoutingContext context) {
        return gateway.serve(context, COMPLETIONS);
    }

    @POST
    @Path("v1/embeddings")
    public Uni<Void> embed(@Context RoutingContext context) {
        return gateway.serve(context, EMBEDDINGS);
    }

    @POST
    @Path("v1/responses")
    public Uni<Void> respond(@Context RoutingContext context) {
        return gateway.serve(context, RESPONSES);
    }

    @POST
    @Path("v1/audio/transcriptions")
    public Uni<Void> transcribe(@Context RoutingContext context) {
        return gateway.serve(context, TRANSCRIPTIONS);
    }

    @POST
    @Path("v1/images/generations")
    public Uni<Void> draw(@Context RoutingContext context) {
        return gateway.serve(context, IMAGES);
    }
}
