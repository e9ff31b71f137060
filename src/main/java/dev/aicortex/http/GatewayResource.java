package dev.aicortex.http;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.Gateway;
import dev.aicortex.gateway.TokenCount;
import dev.aicortex.manage.Management;
import dev.aicortex.model.AccessException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What the gateway has servers do. First what they answer in each dialect: prompts, and a model's
 * card. Streams are NDJSON under {@code /api}, which chats and generations are unless the body says
 * {@code "stream":false}, and SSE under {@code /v1} when it says {@code "stream":true}. Then what
 * changes the models that they hold: a 403 unless {@code cortex.manage} allows it; {@code ?server=}
 * or {@code X-Cortex-Server} names the servers that are meant.
 */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class GatewayResource {
    private static final Map<String, Endpoint> ENDPOINTS =
            Stream.of(Endpoint.values())
                    .collect(Collectors.toUnmodifiableMap(Endpoint::path, endpoint -> endpoint));

    private static final Pattern MODEL_SERVER = Pattern.compile("/|/models|/(api|v1)/.*");
    private static final int BEHIND_FILTERS = 0;

    /** The page is between: it looks at what is accepted. */
    private static final int BEHIND_PAGE = 2;

    private final Gateway gateway;
    private final TokenCount count;
    private final Management management;

    GatewayResource(Gateway gateway, TokenCount count, Management management) {
        this.gateway = gateway;
        this.count = count;
        this.management = management;
    }

    /**
     * Inference is served behind the guards and in front of quarkus-rest, which costs each request
     * some microseconds and asks more of its headers than a model server does. It knows the same
     * routes for other spellings of their paths, other methods, and the OpenAPI document. In an
     * application that puts it elsewhere it serves them alone.
     */
    void inFront(
            @Observes Router router,
            @ConfigProperty(name = "quarkus.rest.path", defaultValue = "/") String root) {
        if (!root.equals("/")) {
            return;
        }
        router.route()
                .method(HttpMethod.POST)
                .order(BEHIND_FILTERS)
                .handler(context -> {
                    Endpoint endpoint = ENDPOINTS.get(context.normalizedPath());
                    if (endpoint == null) {
                        context.next();
                    } else {
                        gateway.serve(context, endpoint, () -> {});
                    }
                });
        router.route().order(BEHIND_PAGE).handler(GatewayResource::takeAnyAccept);
    }

    /**
     * A model server has one form of each answer, whatever its client says that it accepts; {@code
     * ollama} asks for JSON where it gets text.
     */
    private static void takeAnyAccept(RoutingContext context) {
        if (MODEL_SERVER.matcher(context.normalizedPath()).matches()) {
            context.request().headers().remove(HttpHeaders.ACCEPT);
        }
        context.next();
    }

    @POST
    @Path("api/{route:chat|generate|embeddings|embed|show}")
    public Uni<Void> underApi(@Context RoutingContext context, @PathParam("route") String route) {
        return serve(context, "/api/" + route);
    }

    @POST
    @Path(
            "v1/{route:chat/completions|completions|embeddings|responses|audio/transcriptions|images/generations|messages}")
    public Uni<Void> underV1(@Context RoutingContext context, @PathParam("route") String route) {
        return serve(context, "/v1/" + route);
    }

    private Uni<Void> serve(RoutingContext context, String path) {
        return gateway.serve(context, Objects.requireNonNull(ENDPOINTS.get(path)));
    }

    /** No server is asked: {@code {"input_tokens":14}} is an estimate, and the answer says so. */
    @POST
    @Path("v1/messages/count_tokens")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<Response> countTokens(@Context RoutingContext context) {
        return count.estimate(context)
                .map(tokens ->
                        Response.ok(Map.of("input_tokens", tokens))
                                .header("X-Cortex-Estimate", true)
                                .build());
    }

    @POST
    @Path("api/{change:pull|push|create|copy}")
    public Uni<Void> change(@Context RoutingContext context, @PathParam("change") String change) {
        return management.change(context, change);
    }

    @DELETE
    @Path("api/delete")
    public Uni<Void> delete(@Context RoutingContext context) {
        return management.change(context, "delete");
    }

    @HEAD
    @Path("api/blobs/{digest}")
    public Uni<Void> findBlob(@Context RoutingContext context, @PathParam("digest") String digest) {
        return management.blob(context, digest);
    }

    @POST
    @Path("api/blobs/{digest}")
    public Uni<Void> sendBlob(@Context RoutingContext context, @PathParam("digest") String digest) {
        return management.blob(context, digest);
    }

    /**
     * Accounts of the servers and what runs in somebody's cloud: never through a gateway, whatever
     * the method.
     */
    @Path("/")
    @NonBlocking
    public static class Accounts {
        @Path("api/{route:me|signout|signin|connect|web_search|web_fetch}")
        public Accounts account() {
            throw refused();
        }

        @Path("api/{group:user|experimental}/{route:.*}")
        public Accounts group() {
            throw refused();
        }

        private static AccessException refused() {
            return AccessException.forbidden(
                    "account_routes_disabled",
                    "accounts and cloud services of Ollama servers are not reached through this gateway; ask a server itself");
        }
    }
}
