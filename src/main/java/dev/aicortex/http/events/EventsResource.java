package dev.aicortex.http.events;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.http.admin.AdminGuard;
import dev.aicortex.keys.KeyRing;
import io.quarkus.arc.ClientProxy;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** {@code /admin/events}: the fleet as a stream of what changes. */
@Path("/admin/events")
@AdminGuard.AdminOnly
@NonBlocking
public class EventsResource {
    private final Watch watch;
    private final Feed feed;
    private final CortexConfig config;
    private final KeyRing ring;
    private final RoutingContext routing;

    EventsResource(
            Watch watch, Feed feed, CortexConfig config, KeyRing ring, RoutingContext routing) {
        this.watch = watch;
        this.feed = feed;
        this.config = config;
        this.ring = ring;
        this.routing = routing;
    }

    /**
     * A {@code snapshot}, then a {@code change} whenever there is one, twice a second at the most;
     * the end when whoever asked may not see it any more.
     *
     * @param last the id of the last event that the client has: it gets those behind it, or a
     *     snapshot where they are not known any more
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> events(@RestHeader("Last-Event-ID") @Nullable String last) {
        RequestsResource.requireOn(watch);
        RoutingContext asked = ClientProxy.unwrap(routing);
        return feed.from(last, () -> AdminGuard.allows(asked, config, ring));
    }
}
