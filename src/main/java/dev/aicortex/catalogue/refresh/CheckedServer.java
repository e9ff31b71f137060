package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.Status;
import dev.aicortex.model.ServerUrl;

/**
 * What the check found of one server.
 *
 * @param url without credentials
 * @param status {@code UP} or {@code DOWN}
 * @param reason why it is down; empty when it is up
 * @param day of the check, as {@code 2026-11-22} in UTC
 */
public record CheckedServer(String url, Status status, String reason, String day) {
    /** A line that another program wrote may lack what is empty. */
    public CheckedServer {
        url = ServerUrl.of(Absent.asEmpty(url), "url").toString();
        status = Absent.asUnknown(status);
        reason = Absent.asEmpty(reason);
        day = Absent.asEmpty(day);
    }
}
