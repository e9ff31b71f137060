package dev.aicortex.http.events;

import dev.aicortex.gateway.watch.Timeline;
import dev.aicortex.gateway.watch.Watch;
import dev.aicortex.http.admin.AdminGuard;
import dev.aicortex.model.ValidationException;
import dev.aicortex.usage.UsageReport;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /admin/requests}: the last requests of this process, and what happened to each. */
@Path("/admin/requests")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
@NonBlocking
public class RequestsResource {
    private static final int USUAL = 100;

    private final Watch watch;

    RequestsResource(Watch watch) {
        this.watch = watch;
    }

    /**
     * Requests that have ended, the latest first; their {@code id} is the {@code x-request-id} that
     * their client has.
     */
    public record Requests(List<UsageReport.Kept> requests) {}

    /** One of them, and its events in their order. */
    public record Request(UsageReport.Kept request, List<Timeline.Event> events) {}

    @GET
    public Requests requests(@RestQuery @Nullable String limit) {
        requireOn(watch);
        return new Requests(
                watch.from(0, limit(limit)).requests().reversed().stream()
                        .map(RequestsResource::kept)
                        .toList());
    }

    /**
     * One request.
     *
     * @param id its {@code x-request-id}; of several the latest
     */
    @GET
    @Path("{id}")
    public Request request(String id) {
        requireOn(watch);
        return watch.request(id)
                .map(found -> new Request(kept(found), found.events()))
                .orElseThrow(() ->
                        ValidationException.ofServer(
                                404,
                                "request_not_found",
                                "id: no request '%s' is among the last %d that have ended in this process"
                                        .formatted(id, Watch.KEPT)));
    }

    static UsageReport.Kept kept(Timeline request) {
        return UsageReport.Kept.of(request.id(), request.record());
    }

    static void requireOn(Watch watch) {
        if (!watch.on()) {
            throw ValidationException.ofServer(
                    404, "ui_off", "nothing is kept for the page: cortex.ui is false");
        }
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return USUAL;
        }
        int limit = text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > Watch.KEPT) {
            throw ValidationException.of(
                    "limit", text, "is out of range", "write a number from 1 to " + Watch.KEPT);
        }
        return limit;
    }
}
