package dev.aicortex.catalogue.refresh;

import dev.aicortex.catalogue.ModelServer.Status;
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
    public CheckedServer {
        url = ServerUrl.of(url, "url").toString();
        status = status == null ? Status.UNKNOWN : status; // a line of another program may lack it
    }
}
