package dev.aicortex.gateway.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.api.ToolCall;
import dev.aicortex.api.Usage;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One line of the stream that {@code POST /api/chat} answers. */
public sealed interface AnswerLine {
    ObjectMapper JSON = new ObjectMapper();

    /** A part of the answer; any of its texts may be empty. */
    record Part(String model, String content, String thinking, List<ToolCall> toolCalls)
            implements AnswerLine {}

    /** The last one. */
    record Last(Part part, String reason, Usage usage) implements AnswerLine {}

    /** An error, or no line of such a stream; the reason is in the gateway's own words. */
    record Unusable(String reason) implements AnswerLine {}

    /** Reads one line. */
    static AnswerLine of(Buffer line) {
        JsonNode json;
        try {
            json = JSON.readTree(line.getBytes());
        } catch (IOException e) {
            return new Unusable("a line of its answer is not JSON");
        }
        if (json.hasNonNull("error")) {
            return new Unusable("it sent an error in its answer");
        }
        if (!json.path("message").isObject()) {
            return new Unusable("a line of its answer is no message");
        }
        Part part = part(json);
        return json.path("done").asBoolean()
                ? new Last(part, json.path("done_reason").asText("stop"), usage(json))
                : part;
    }

    private static Part part(JsonNode json) {
        JsonNode message = json.path("message");
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode function = call.path("function");
            calls.add(new ToolCall(function.path("name").asText(""), function.path("arguments")));
        }
        return new Part(
                json.path("model").asText(""),
                message.path("content").asText(""),
                message.path("thinking").asText(""),
                calls);
    }

    private static Usage usage(JsonNode json) {
        return new Usage(
                json.path("prompt_eval_count").asInt(),
                json.path("eval_count").asInt(),
                json.path("total_duration").asLong(),
                json.path("load_duration").asLong(),
                json.path("prompt_eval_duration").asLong(),
                json.path("eval_duration").asLong());
    }
}
