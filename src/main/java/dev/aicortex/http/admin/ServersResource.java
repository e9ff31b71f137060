package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.NamedServers;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.ContextTags;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The servers for an operator. One is taken out of service for its maintenance by {@code POST
 * /admin/servers/{name}/drain}, and put back by {@code undrain}. The name is {@code host:port}, or
 * {@code host} where that is enough.
 */
@Path("/admin/servers")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@AdminOnly
public class ServersResource {
    private static final Logger LOG = Logger.getLogger(ServersResource.class);

    private final Fleet fleet;
    private final ContextTags tags;

    ServersResource(Fleet fleet, ContextTags tags) {
        this.fleet = fleet;
        this.tags = tags;
    }

    /**
     * A server and what it is still doing.
     *
     * @param inFlight 0 once it may be stopped
     */
    public record Draining(String url, boolean draining, @JsonProperty("in_flight") int inFlight) {
        static Draining of(Server server) {
            return new Draining(server.url().toString(), server.draining(), server.inFlight());
        }
    }

    /**
     * The fleet as an operator sees it.
     *
     * @param drift the models that differ from server to server
     */
    public record Servers(List<HealthResource.ServerHealth> servers, List<DriftEntry> drift) {}

    /** {@code GET /admin/servers}: the servers with their labels, and what differs among them. */
    @GET
    public Servers servers() {
        FleetSnapshot snapshot = fleet.snapshot();
        return new Servers(
                HealthResource.ServerHealth.all(snapshot, tags), DriftEntry.in(snapshot));
    }

    @POST
    @Path("{name}/drain")
    public Draining drain(String name) {
        return drain(name, true);
    }

    @POST
    @Path("{name}/undrain")
    public Draining undrain(String name) {
        return drain(name, false);
    }

    private Draining drain(String name, boolean now) {
        Server server =
                NamedServers.one(List.of(name), fleet.snapshot())
                        .map(ServerState::server)
                        .orElseThrow(() ->
                                ValidationException.of(
                                        "name", name, "is blank", "name a server of the fleet"));
        server.drain(now);
        LOG.infof("server %s: %s", server, now ? "draining" : "serving again");
        return Draining.of(server);
    }
}
