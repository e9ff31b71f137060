package dev.aicortex.http.ollama;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.gateway.Listing;
import dev.aicortex.ollama.TagList;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestResponse;

/** What an Ollama client asks of its server, answered for the fleet from the snapshot. */
@Path("/")
@NonBlocking
public class FleetResource {
    /** What an Ollama built from source says of itself. */
    private static final String NO_VERSION = "0.0.0";

    private final Fleet fleet;
    private final Listing listing;
    private final String version;

    FleetResource(
            Fleet fleet,
            Listing listing,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.fleet = fleet;
        this.listing = listing;
        this.version = version;
    }

    /**
     * {@code GET /api/version}: the lowest in the fleet, since clients look for what they may use.
     */
    public record Version(String version) {}

    /** Ollama's own words and not one more: clients that test a connection compare them. */
    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public RestResponse<String> root() {
        return RestResponse.ResponseBuilder.ok("Ollama is running")
                .header("X-Cortex-Version", version)
                .build();
    }

    @GET
    @Path("api/tags")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<String> tags(@Context RoutingContext client) {
        return fleet.current()
                .map(fleet -> list(listing.of(fleet, client).stream().map(TagList.Tag::entry)));
    }

    @GET
    @Path("api/ps")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<String> ps() {
        return fleet.current().map(fleet -> list(listing.running(fleet).stream()));
    }

    private static String list(Stream<String> entries) {
        return entries.collect(Collectors.joining(",", "{\"models\":[", "]}"));
    }

    @GET
    @Path("api/version")
    @Produces(MediaType.APPLICATION_JSON)
    public Version version() {
        return new Version(fleet.snapshot().lowestVersion().orElse(NO_VERSION));
    }
}
