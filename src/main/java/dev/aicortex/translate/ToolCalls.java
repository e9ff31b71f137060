package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A conversation's tool calls and their results, as the native chat has them. */
final class ToolCalls {
    private ToolCalls() {}

    /** One call of an assistant's message. */
    static ObjectNode natively(String id, String name, JsonNode arguments) {
        ObjectNode call = Json.object();
        if (!id.isEmpty()) {
            call.put("id", id);
        }
        ObjectNode function = call.putObject("function").put("name", name);
        function.set("arguments", arguments);
        return call;
    }

    /** Says which call a message of the role {@code tool} is the result of. */
    static ObjectNode answers(ObjectNode message, String id, String name) {
        if (!name.isEmpty()) {
            message.put("tool_name", name);
        }
        if (!id.isEmpty()) {
            message.put("tool_call_id", id);
        }
        return message;
    }
}
