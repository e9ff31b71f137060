package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One question to a model.
 *
 * @param json whether the model has to answer in JSON
 * @param usage whether the stream's last chunk should tell what the answer took
 */
record ChatBody(String model, @Nullable String system, String prompt, boolean json, boolean usage) {
    /** As OpenAI's API takes it, for an answer that streams. */
    JsonNode body() {
        ObjectNode body = Json.object().put("model", model).put("stream", true);
        ArrayNode messages = body.putArray("messages");
        if (system != null) {
            messages.addObject().put("role", "system").put("content", system);
        }
        messages.addObject().put("role", "user").put("content", prompt);
        if (json) {
            body.putObject("response_format").put("type", "json_object");
        }
        if (usage) {
            body.putObject("stream_options").put("include_usage", true);
        }
        return body;
    }
}
