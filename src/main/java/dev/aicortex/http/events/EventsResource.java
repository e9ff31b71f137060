package dev.aicortex.http.events;

import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.http.admin.AdminGuard;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
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

    EventsResource(Watch watch, Feed feed) {
        this.watch = watch;
        this.feed = feed;
    }

    /**
     * A {@code snapshot}, then a {@code change} whenever there is one, twice a second at the most.
     *
     * @param last the id of the last event that the client has: it gets those behind it, or a
     *     snapshot where they are not known any more
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> events(@RestHeader("Last-Event-ID") @Nullable String last) {
        RequestsResource.requireOn(watch);
        return feed.from(last);
    }
}
