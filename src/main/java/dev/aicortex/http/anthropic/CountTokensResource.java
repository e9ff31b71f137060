package dev.aicortex.http.anthropic;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.gateway.TokenCount;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code POST /v1/messages/count_tokens}: an estimate, and the answer says so. */
@Path("/v1/messages/count_tokens")
public class CountTokensResource {
    private final TokenCount count;

    CountTokensResource(TokenCount count) {
        this.count = count;
    }

    /** {@code {"input_tokens":14}}. */
    public record Estimate(@JsonProperty("input_tokens") long inputTokens) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @NonBlocking
    public Uni<Response> count(@Context RoutingContext context) {
        return count.estimate(context).map(CountTokensResource::answer);
    }

    private static Response answer(long tokens) {
        return Response.ok(new Estimate(tokens)).header("X-Cortex-Estimate", true).build();
    }
}
