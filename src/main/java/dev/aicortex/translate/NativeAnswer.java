package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Optional;

/** One line of a native stream, or a whole native answer, of either native route. */
record NativeAnswer(JsonNode json) {
    private static final String NOTE = "cortex";

    /** None when it is no JSON object. */
    static Optional<NativeAnswer> parse(Buffer bytes) {
        try {
            JsonNode json = Json.MAPPER.readTree(bytes.getBytes());
            return json.isObject() ? Optional.of(new NativeAnswer(json)) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // the caller tells the client of it
        }
    }

    /** Empty when it is none. */
    String error() {
        JsonNode error = json.path("error");
        return error.isObject() ? error.path("message").asText() : error.asText("");
    }

    String text() {
        return json.path("message").path("content").asText(json.path("response").asText(""));
    }

    String thinking() {
        return json.path("message").path("thinking").asText(json.path("thinking").asText(""));
    }

    JsonNode toolCalls() {
        return json.path("message").path("tool_calls");
    }

    JsonNode logprobs() {
        return json.path("logprobs");
    }

    /** Adds what the gateway notes on an answer, if it does. */
    ObjectNode note(ObjectNode event) {
        return json.has(NOTE) ? event.set(NOTE, json.get(NOTE)) : event;
    }

    boolean done() {
        return json.path("done").asBoolean();
    }

    Usage usage() {
        return new Usage(
                json.path("prompt_eval_count").asLong(),
                json.path("eval_count").asLong(),
                json.path("done_reason").asText(""));
    }
}
