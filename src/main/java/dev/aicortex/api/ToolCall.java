package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A call that the model asks for; answer it with {@link Message#tool}.
 *
 * @param name of the function
 * @param arguments a JSON object
 */
public record ToolCall(String name, JsonNode arguments) {
    public ToolCall {
        arguments = arguments.deepCopy();
    }
}
