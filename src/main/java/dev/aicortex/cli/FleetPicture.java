package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fleet as the events of its stream have told it so far. */
final class FleetPicture {
    /** As many as a snapshot has. */
    private static final int SPANS = 60;

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
            servers.forEach((id, server) -> {
                add(server.withArray("/history/p50"), bucket.path(id).path("p50"));
                add(server.withArray("/history/p95"), bucket.path(id).path("p95"));
            });
        }
    }

    /** A change tells nothing of first tokens, which come span by span. */
    private void take(JsonNode told) {
        if (told instanceof ObjectNode server) {
            ObjectNode before = servers.put(server.path("id").asText(), server);
            if (before != null && before.has("history") && !server.has("history")) {
                server.set("history", before.path("history"));
            }
        }
    }

    private static void add(ArrayNode spans, JsonNode next) {
        spans.add(next.isNumber() ? next : NullNode.getInstance());
        if (spans.size() > SPANS) {
            spans.remove(0);
        }
    }

    /** As the gateway tells them. */
    Collection<ObjectNode> servers() {
        return servers.values();
    }

    /**
     * Milliseconds to the first token in the last span in which a stream began; a missing node
     * where none did.
     *
     * @param part {@code p50} or {@code p95}
     */
    static JsonNode firstToken(JsonNode server, String part) {
        JsonNode last = MissingNode.getInstance();
        for (JsonNode span : server.path("history").path(part)) {
            last = span.isNumber() ? span : last;
        }
        return last;
    }

    JsonNode totals() {
        return totals;
    }

    String status() {
        return status;
    }
}
