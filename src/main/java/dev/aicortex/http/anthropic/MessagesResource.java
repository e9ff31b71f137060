package dev.aicortex.http.anthropic;

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

/** {@code POST /v1/messages}: JSON, or SSE when the body says {@code "stream":true}. */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class MessagesResource {
    private static final Route MESSAGES = route(Endpoint.MESSAGES);

    private final Gateway gateway;

    MessagesResource(Gateway gateway) {
        this.gateway = gateway;
    }

    private static Route route(Endpoint endpoint) {
        return new Route(endpoint, AnthropicErrors::body);
    }

    @POST
    @Path("v1/messages")
    public Uni<Void> message(@Context RoutingContext context) {
        return gateway.serve(context, MESSAGES);
    }
}
