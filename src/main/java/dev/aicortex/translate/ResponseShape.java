package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * The response object of {@code /v1/responses}, which repeats the request's settings. What stayed
 * in the client's body as a long string is not repeated: an answer outlives the body.
 */
final class ResponseShape {
    private final String id = Ids.numbered("resp_");
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private final ObjectNode settings;

    /**
     * @param settings of {@link #settings}
     */
    ResponseShape(String model, ObjectNode settings) {
        this.model = model;
        this.settings = settings;
    }

    /** Of a request, what its answer repeats. */
    static ObjectNode settings(Fields asked) {
        ObjectNode settings = Json.object();
        settings.set("instructions", held(asked.get("instructions"), Json.NODES.nullNode()));
        settings.set("tools", held(asked.list("tools"), Json.array()));
        settings.set("truncation", held(asked.get("truncation"), word("disabled")));
        settings.set("format", held(asked.object("text").get("format"), plainText()));
        settings.set("top_p", held(asked.get("top_p"), Json.NODES.numberNode(1)));
        settings.set("temperature", held(asked.get("temperature"), Json.NODES.numberNode(1)));
        settings.set("reasoning", held(asked.get("reasoning"), Json.NODES.nullNode()));
        settings.set(
                "max_output_tokens", held(asked.get("max_output_tokens"), Json.NODES.nullNode()));
        return settings;
    }

    ObjectNode begun() {
        return shape("in_progress", Json.NODES.nullNode(), Json.array(), Json.NODES.nullNode());
    }

    ObjectNode completed(ArrayNode output, Usage usage) {
        JsonNode now = Json.NODES.numberNode(Instant.now().getEpochSecond());
        return shape("completed", now, output, tokens(usage));
    }

    private ObjectNode shape(String status, JsonNode completed, ArrayNode output, JsonNode usage) {
        ObjectNode shape = Json.object().put("id", id).put("object", "response");
        shape.put("created_at", created).set("completed_at", completed);
        shape.put("status", status).putNull("incomplete_details").put("model", model);
        shape.putNull("previous_response_id").set("instructions", settings.get("instructions"));
        shape.set("output", output);
        shape.putNull("error").set("tools", settings.get("tools"));
        shape.put("tool_choice", "auto").set("truncation", settings.get("truncation"));
        shape.put("parallel_tool_calls", true);
        shape.putObject("text").set("format", settings.get("format"));
        shape.set("top_p", settings.get("top_p"));
        shape.put("presence_penalty", 0).put("frequency_penalty", 0).put("top_logprobs", 0);
        shape.set("temperature", settings.get("temperature"));
        shape.set("reasoning", settings.get("reasoning"));
        shape.set("usage", usage);
        shape.set("max_output_tokens", settings.get("max_output_tokens"));
        shape.putNull("max_tool_calls").put("store", false).put("background", false);
        shape.put("service_tier", "default").putObject("metadata");
        return shape.putNull("safety_identifier").putNull("prompt_cache_key");
    }

    private static ObjectNode tokens(Usage usage) {
        ObjectNode tokens =
                Json.object()
                        .put("input_tokens", usage.promptTokens())
                        .put("output_tokens", usage.answerTokens())
                        .put("total_tokens", usage.totalTokens());
        tokens.putObject("input_tokens_details").put("cached_tokens", 0);
        tokens.putObject("output_tokens_details").put("reasoning_tokens", 0);
        return tokens;
    }

    private static JsonNode held(JsonNode value, JsonNode otherwise) {
        return value.isMissingNode() || Texts.hasLong(value) ? otherwise : value;
    }

    private static JsonNode word(String word) {
        return Json.NODES.textNode(word);
    }

    private static JsonNode plainText() {
        return Json.object().put("type", "text");
    }
}
