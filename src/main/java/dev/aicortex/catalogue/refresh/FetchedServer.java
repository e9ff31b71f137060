package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Status;
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
        url = ServerUrl.of(Absent.asEmpty(url), "url").toString();
        status = Absent.asUnknown(status);
        reason = Absent.asEmpty(reason);
        day = Absent.asEmpty(day);
        models = Absent.asEmpty(models);
    }

    boolean up() {
        return status == Status.UP;
    }
}
