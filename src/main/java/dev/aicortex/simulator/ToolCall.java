package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A model's wish that the client runs a tool.
 *
 * @param id without its dialect's prefix
 * @param arguments a JSON object
 */
record ToolCall(String id, String name, String arguments) {
    /**
     * A chat that offers tools is answered by a call of the first, until a tool's result is the
     * last thing said; null = answer in words.
     */
    static @Nullable ToolCall wanted(Fields body) {
        JsonNode tool = body.get("tools").path(0);
        JsonNode function = tool.has("function") ? tool.get("function") : tool;
        String name = function.path("name").asText("");
        boolean wanted = !name.isEmpty() && !declined(body) && asks(body.get("messages"));
        return wanted ? new ToolCall(Ids.hex(), name, JsonSample.of(schema(function))) : null;
    }

    private static JsonNode schema(JsonNode function) {
        return function.has("input_schema")
                ? function.get("input_schema")
                : function.path("parameters");
    }

    private static boolean declined(Fields body) {
        JsonNode choice = body.get("tool_choice");
        return choice.asText("").equals("none") || choice.path("type").asText("").equals("none");
    }

    private static boolean asks(JsonNode messages) {
        JsonNode last = messages.path(messages.size() - 1);
        return last.path("role").asText("").equals("user")
                && last.path("content").findValuesAsText("type").stream()
                        .noneMatch("tool_result"::equals);
    }
}
