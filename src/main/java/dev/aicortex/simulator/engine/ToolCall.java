package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Fields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's wish that the client runs a tool.
 *
 * @param id without its dialect's prefix
 * @param arguments a JSON object
 */
public record ToolCall(String id, String name, String arguments) {
    /**
     * A chat that offers tools is answered by a call of one that has arguments here, else of the
     * first, until a tool's result is the last thing said; a prompt calls none. Null = answer in
     * words.
     */
    static @Nullable ToolCall wanted(Fields body, Map<String, String> arguments) {
        if (declined(body) || !asks(body.get(body.has("input") ? "input" : "messages"))) {
            return null;
        }
        ToolCall first = null;
        for (JsonNode tool : body.get("tools")) {
            JsonNode function = tool.has("function") ? tool.get("function") : tool;
            String name = function.path("name").asText("");
            String wanted = arguments.get(name);
            if (wanted != null) {
                return new ToolCall(Dialect.hexId(), name, wanted);
            }
            if (first == null && !name.isEmpty()) {
                first = new ToolCall(Dialect.hexId(), name, Words.sample(schema(function)));
            }
        }
        return first;
    }

    private static JsonNode schema(JsonNode function) {
        return function.has("input_schema")
                ? function.get("input_schema")
                : function.path("parameters");
    }

    private static boolean declined(Fields body) {
        JsonNode choice = body.get("tool_choice");
        return choice.asText("").equals("none")
                || choice.path("type").asText("").equals("none")
                || body.get("prompt").isTextual();
    }

    private static boolean asks(JsonNode messages) {
        if (messages.isTextual()) {
            return true;
        }
        JsonNode last = messages.path(messages.size() - 1);
        return last.path("role").asText("").equals("user")
                && last.path("content").findValuesAsText("type").stream()
                        .noneMatch("tool_result"::equals);
    }
}
