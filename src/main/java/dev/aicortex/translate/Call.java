package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A tool call that a model made.
 *
 * @param index among the calls of its answer
 * @param arguments the object
 */
record Call(int index, String id, String name, JsonNode arguments) {
    /**
     * The calls of a line.
     *
     * @param before how many the answer had before it
     */
    static List<Call> of(NativeAnswer line, int before) {
        List<Call> calls = new ArrayList<>();
        for (JsonNode call : line.toolCalls()) {
            JsonNode function = call.path("function");
            calls.add(
                    new Call(
                            before + calls.size(),
                            call.path("id").asText(Ids.call()),
                            function.path("name").asText(),
                            function.path("arguments")));
        }
        return calls;
    }

    /** The arguments as the string that the OpenAI and Anthropic dialects pass. */
    String spelledArguments() {
        return arguments.isMissingNode() ? "{}" : Json.text(arguments);
    }
}
