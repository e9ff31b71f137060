package dev.aicortex.http.ollama;

import dev.aicortex.gateway.manage.Management;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/**
 * What changes the models that the servers hold; a 403 unless {@code cortex.manage} allows it.
 * {@code ?server=} or {@code X-Cortex-Server} names the servers that are meant.
 */
@Path("/")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.WILDCARD)
@NonBlocking
public class ManageResource {
    private final Management management;

    ManageResource(Management management) {
        this.management = management;
    }

    @POST
    @Path("api/pull")
    public Uni<Void> pull(@Context RoutingContext context) {
        return management.pull(context, OllamaErrors::body);
    }

    @POST
    @Path("api/push")
    public Uni<Void> push(@Context RoutingContext context) {
        return management.push(context, OllamaErrors::body);
    }

    @POST
    @Path("api/create")
    public Uni<Void> create(@Context RoutingContext context) {
        return management.create(context, OllamaErrors::body);
    }

    @POST
    @Path("api/copy")
    public Uni<Void> copy(@Context RoutingContext context) {
        return management.copy(context, OllamaErrors::body);
    }

    @DELETE
    @Path("api/delete")
    public Uni<Void> delete(@Context RoutingContext context) {
        return management.delete(context, OllamaErrors::body);
    }

    @HEAD
    @Path("api/blobs/{digest}")
    public Uni<Void> findBlob(@Context RoutingContext context, @PathParam("digest") String digest) {
        return management.blob(context, OllamaErrors::body, digest);
    }

    @POST
    @Path("api/blobs/{digest}")
    public Uni<Void> sendBlob(@Context RoutingContext context, @PathParam("digest") String digest) {
        return management.blob(context, OllamaErrors::body, digest);
    }
}
