package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Fields;
import java.util.Collections;
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
        int results = results(body.get(body.has("input") ? "input" : "messages"));
        if (declined(body) || results < 0) {
            return null;
        }
        ToolCall first = null;
        for (JsonNode tool : body.get("tools")) {
            JsonNode function = tool.has("function") ? tool.get("function") : tool;
            String name = function.path("name").asText("");
            List<String> wanted = arguments.get(name);
            if (wanted != null) {
                return results < wanted.size()
                        ? new ToolCall(Dialect.hexId(), name, wanted.get(results))
                        : null;
            }
            if (first == null && !name.isEmpty()) {
                first = new ToolCall(Dialect.hexId(), name, Words.sample(schema(function)));
            }
        }
        return results == 0 ? first : null;
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

    /** Of tools, since a user has said something; negative when neither is said last. */
    private static int results(JsonNode messages) {
        int results = 0;
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonNode message = messages.get(i);
            int here = resultsOf(message);
            boolean asked = here == 0 && message.path("role").asText("").equals("user");
            if (asked) {
                return results;
            }
            if (here == 0 && results == 0) {
                return -1;
            }
            results += here;
        }
        return messages.isTextual() || results > 0 ? results : -1;
    }

    private static int resultsOf(JsonNode message) {
        if (message.path("role").asText("").equals("tool")
                || message.path("type").asText("").equals("function_call_output")) {
            return 1;
        }
        return Collections.frequency(
                message.path("content").findValuesAsText("type"), "tool_result");
    }
}
