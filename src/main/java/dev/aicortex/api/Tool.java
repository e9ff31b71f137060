package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;

/**
 * A function that the model may ask to have called.
 *
 * @param name letters, digits, underscores and hyphens, as most models expect it
 * @param description when to call it and what it gives
 * @param parameters a JSON schema of type {@code object}
 */
public record Tool(String name, String description, JsonNode parameters) {
    /** A {@link ValidationException} when the name is blank or the parameters are no object. */
    public Tool {
        if (name.isBlank()) {
            throw ValidationException.of("tools", name, "has no name", "name the function");
        }
        if (!parameters.isObject()) {
            throw ValidationException.of(
                    "tools",
                    name,
                    "has parameters that are no JSON schema",
                    "give an object such as {\"type\":\"object\",\"properties\":{…}}");
        }
        parameters = parameters.deepCopy();
    }
}
