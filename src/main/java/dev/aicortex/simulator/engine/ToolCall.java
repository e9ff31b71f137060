package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
     * first; each result is answered by a call with the next arguments, until there are no more. A
     * prompt calls none. Null = answer in words.
     */
    static @Nullable ToolCall wanted(Fields body, Map<String, List<String>> arguments) {
        JsonNode messages = body.get(body.has("input") ? "input" : "messages");
        JsonNode last = messages.path(messages.size() - 1);
        boolean user = messages.isTextual() || last.path("role").asText("").equals("user");
        boolean result = results(last) > 0;
        if (declined(body) || !(user || result)) {
            return null;
        }
        ToolCall first = null;
        for (Map.Entry<String, JsonNode> tool : offered(body.get("tools"), "").entrySet()) {
            List<String> wanted = arguments.get(tool.getKey());
            if (wanted != null) {
                return next(tool.getKey(), wanted, messages, result);
            }
            if (first == null) {
                List<String> once = List.of(Words.sample(schema(tool.getValue())));
                first = next(tool.getKey(), once, messages, result);
            }
        }
        return first;
    }

    /** Functions by their names, which those of a namespace have its name before. */
    private static Map<String, JsonNode> offered(JsonNode tools, String namespace) {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        for (JsonNode tool : tools) {
            JsonNode function = tool.has("function") ? tool.get("function") : tool;
            String name = function.path("name").asText("");
            if (tool.path("type").asText("").equals("namespace")) {
                all.putAll(offered(tool.path("tools"), name + "."));
            } else if (!name.isEmpty()) {
                all.putIfAbsent(name.startsWith(namespace) ? name : namespace + name, function);
            }
        }
        return all;
    }

    /** In turn, whatever a user says between them; the last one's result is followed by words. */
    private static @Nullable ToolCall next(
            String name, List<String> arguments, JsonNode messages, boolean result) {
        int results = 0;
        for (JsonNode message : messages) {
            results += results(message);
        }
        int next = results % arguments.size();
        return next == 0 && result
                ? null
                : new ToolCall(Dialect.hexId(), name, arguments.get(next));
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

    /** How many results of tools a message holds. */
    private static int results(JsonNode message) {
        if (message.path("role").asText("").equals("tool")
                || message.path("type").asText("").equals("function_call_output")) {
            return 1;
        }
        return Collections.frequency(
                message.path("content").findValuesAsText("type"), "tool_result");
    }
}
