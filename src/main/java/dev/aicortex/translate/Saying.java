package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** One native message, gathered from parts. */
final class Saying {
    private final String role;
    private final List<JsonNode> texts = new ArrayList<>();
    private final List<JsonNode> thoughts = new ArrayList<>();
    private final ArrayNode images = Json.array();
    private final ArrayNode calls = Json.array();

    Saying(String role) {
        this.role = role;
    }

    String role() {
        return role;
    }

    /** An empty text says nothing. */
    void say(JsonNode text) {
        if (!text.isTextual() || !text.textValue().isEmpty()) {
            texts.add(text);
        }
    }

    void think(JsonNode thought) {
        thoughts.add(thought);
    }

    void image(JsonNode base64) {
        images.add(base64);
    }

    void call(ObjectNode call) {
        calls.add(call);
    }

    /** Adds the message, unless nothing was said. */
    void addTo(ArrayNode messages) {
        if (!texts.isEmpty() || !thoughts.isEmpty() || !images.isEmpty() || !calls.isEmpty()) {
            messages.add(natively());
        }
    }

    ObjectNode natively() {
        ObjectNode message = Json.object().put("role", role);
        message.set("content", Texts.joined(texts));
        if (!thoughts.isEmpty()) {
            message.set("thinking", Texts.joined(thoughts));
        }
        if (!images.isEmpty()) {
            message.set("images", images);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }
}
