package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to a model.
 *
 * @param json whether the model has to answer in JSON
 * @param usage whether the stream's last chunk should tell what the answer took
 */
record Question(String model, @Nullable String system, String prompt, boolean json, boolean usage) {
    /** The words of the command line as the prompt, or else standard input; never empty. */
    static String prompt(List<String> words, OneShotCommand command) {
        if (words.isEmpty() && Terminal.onBoth()) {
            command.err().println("Type the prompt and end it with Ctrl-D:");
        }
        boolean typed = words.isEmpty() || words.equals(List.of("-"));
        String prompt = (typed ? OneShotCommand.input() : String.join(" ", words)).stripTrailing();
        if (prompt.isEmpty()) {
            throw command.wrongUsage("the prompt is empty; give it as words or on standard input");
        }
        return prompt;
    }

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
