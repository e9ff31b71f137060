package dev.aicortex.http.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.aicortex.catalogue.refresh.Apply.Applied;
import dev.aicortex.catalogue.refresh.Refresh;
import dev.aicortex.catalogue.refresh.RefreshRuns;
import dev.aicortex.catalogue.refresh.RefreshRuns.RefreshEvent;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** {@code POST /admin/refresh}: refreshes the catalogue now and tells how far it is. */
@Path("/admin/refresh")
@AdminOnly
@NonBlocking
public class RefreshResource {
    private final RefreshRuns runs;

    RefreshResource(RefreshRuns runs) {
        this.runs = runs;
    }

    /** What the stream carries; its last event is none of progress. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public sealed interface Told {
        /**
         * The event's kind: {@code progress}, {@code finished}, {@code skipped}, {@code failed}.
         */
        String type();
    }

    /** A step has come further, {@code done} of {@code total}. */
    public record Progress(String type, String step, int done, int total) implements Told {}

    /** It came to its end. */
    public record Finished(
            String type,
            int servers,
            int failed,
            long added,
            long changed,
            long removed,
            String generation,
            List<String> warnings)
            implements Told {}

    /** It did not, or another process is at it. */
    public record NotDone(String type, String reason) implements Told {}

    /** Starts one, or follows the one that runs; a client that leaves does not stop it. */
    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    public Multi<Told> refresh() {
        return Multi.createFrom().emitter(emitter -> runs.follow(event -> tell(event, emitter)));
    }

    private static void tell(RefreshEvent event, MultiEmitter<? super Told> follower) {
        follower.emit(told(event));
        if (!(event instanceof RefreshEvent.At)) {
            follower.complete();
        }
    }

    private static Told told(RefreshEvent event) {
        return switch (event) {
            case RefreshEvent.At at ->
                    new Progress("progress", at.step().word(), at.done(), at.total());
            case RefreshEvent.Finished finished -> finished(finished.report());
            case RefreshEvent.Skipped skipped -> new NotDone("skipped", skipped.reason());
            case RefreshEvent.Failed failed -> new NotDone("failed", failed.reason());
        };
    }

    private static Finished finished(Refresh.Report report) {
        Applied applied = report.applied();
        return new Finished(
                "finished",
                report.checked(),
                report.failed(),
                applied.added(),
                applied.changed(),
                applied.removed(),
                applied.generation(),
                report.warnings());
    }
}
