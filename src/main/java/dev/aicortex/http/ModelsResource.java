package dev.aicortex.http;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.gateway.Listing;
import dev.aicortex.http.anthropic.ModelPage;
import dev.aicortex.http.anthropic.PageRequest;
import dev.aicortex.http.openai.ModelList;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The models of the fleet: in Anthropic's shape for a client that sends {@code anthropic-version},
 * whichever, else in OpenAI's.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public class ModelsResource {
    private final Fleet fleet;
    private final Listing listing;

    ModelsResource(Fleet fleet, Listing listing) {
        this.fleet = fleet;
        this.listing = listing;
    }

    @GET
    @Path("v1/models")
    public Uni<Object> models(
            @Context RoutingContext client,
            @RestQuery("after_id") @Nullable String afterId,
            @RestQuery("before_id") @Nullable String beforeId,
            @RestQuery @Nullable String limit) {
        if (!anthropic(client)) {
            return modelsWithoutVersion(client).map(list -> list);
        }
        PageRequest page = PageRequest.of(afterId, beforeId, limit);
        return fleet.current().map(snapshot -> ModelPage.of(listing.of(snapshot, client), page));
    }

    @GET
    @Path("models")
    public Uni<ModelList> modelsWithoutVersion(@Context RoutingContext client) {
        return fleet.current().map(snapshot -> ModelList.of(listing.of(snapshot, client)));
    }

    @GET
    @Path("v1/models/{id:.+}")
    public Uni<Object> model(String id, @Context RoutingContext client) {
        Uni<TagList.Tag> found = fleet.current().map(snapshot -> find(snapshot, id, client));
        return anthropic(client)
                ? found.map(tag -> ModelPage.ModelEntry.of(tag, id))
                : found.map(tag -> ModelList.ModelEntry.of(tag, id));
    }

    private static boolean anthropic(RoutingContext client) {
        return client.request().headers().contains("anthropic-version");
    }

    private TagList.Tag find(FleetSnapshot snapshot, String id, RoutingContext client) {
        ModelName wanted = ModelName.of(id);
        return listing.of(snapshot, client).stream()
                .filter(tag -> ModelName.of(tag.label()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> snapshot.unknown(id));
    }
}
