package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The items of a response's output. */
final class ResponseItems {
    private ResponseItems() {}

    /**
     * A message.
     *
     * @param content its only part; missing while there is none
     */
    static ObjectNode message(String id, String status, JsonNode content) {
        ObjectNode item = Json.object().put("id", id).put("type", "message").put("status", status);
        item.put("role", "assistant").set("content", listed(content));
        return item;
    }

    /** A message's text. */
    static ObjectNode text(String text) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    /** A thought that begins. */
    static ObjectNode reasoning(String id) {
        ObjectNode item = Json.object().put("id", id).put("type", "reasoning");
        item.putArray("summary");
        return item;
    }

    /** A whole thought; also where a client looks for what it is to send back. */
    static ObjectNode reasoning(String id, String thought) {
        ObjectNode item = reasoning(id);
        item.withArray("summary").addObject().put("type", "summary_text").put("text", thought);
        return item.put("encrypted_content", thought);
    }

    static ObjectNode call(String id, String status, Call call, String arguments) {
        return Json.object()
                .put("id", id)
                .put("type", "function_call")
                .put("status", status)
                .put("call_id", call.id())
                .put("name", call.name())
                .put("arguments", arguments);
    }

    private static JsonNode listed(JsonNode part) {
        return part.isMissingNode() ? Json.array() : Json.array().add(part);
    }
}
