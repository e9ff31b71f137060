package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fleet as the events of its stream have told it so far. */
final class FleetPicture {
    private final Map<String, ObjectNode> servers = new LinkedHashMap<>();
    private JsonNode totals = Json.object();
    private String status = "";

    /** Takes in an event. */
    void take(String name, JsonNode data) {
        if (name.equals("snapshot")) {
            servers.clear();
        }
        status = data.path("status").asText(status);
        totals = data.path("totals").isObject() ? data.path("totals") : totals;
        data.path("servers").forEach(this::take);
        data.path("gone").forEach(id -> servers.remove(id.asText()));
        JsonNode bucket = data.path("bucket");
        if (bucket.isObject()) {
            servers.forEach((id, server) -> firstToken(server, bucket.path(id)));
        }
    }

    /** A change tells nothing of first tokens, which come span by span. */
    private void take(JsonNode told) {
        if (told instanceof ObjectNode server) {
            ObjectNode before = servers.put(server.path("id").asText(), server);
            if (server.remove("history") instanceof ObjectNode history) {
                server.set("p50", last(history.path("p50")));
                server.set("p95", last(history.path("p95")));
            } else if (before != null) {
                firstToken(server, before);
            }
        }
    }

    private static JsonNode last(JsonNode spans) {
        return spans.path(spans.size() - 1);
    }

    private static void firstToken(ObjectNode server, JsonNode from) {
        server.set("p50", from.path("p50"));
        server.set("p95", from.path("p95"));
    }

    /** As the gateway tells them, with the first tokens of the last span as p50 and p95. */
    Collection<ObjectNode> servers() {
        return servers.values();
    }

    JsonNode totals() {
        return totals;
    }

    String status() {
        return status;
    }
}
