package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.model.ServerUrl;
import java.util.List;

/**
 * What one server holds.
 *
 * @param reason why it is down; empty when it is up
 * @param day of the check, as {@code 2026-11-22} in UTC
 * @param models none when it is down
 */
public record FetchedServer(
        String url, Status status, String reason, String day, List<FetchedModel> models) {
    public FetchedServer {
        url = ServerUrl.of(url, "url").toString();
        status = status == null ? Status.UNKNOWN : status; // a line of another program may lack it
        models = List.copyOf(models);
    }

    boolean up() {
        return status == Status.UP;
    }

    FetchedServer with(List<FetchedModel> models) {
        return new FetchedServer(url, status, reason, day, models);
    }
}
