package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ValidationException;

/** {@code /v1/messages} → {@code /api/chat}. */
final class MessagesRequest {
    private MessagesRequest() {}

    static ObjectNode natively(Asked asked) {
        Fields fields = asked.fields();
        requireLimit(fields);
        NativeRequest body = NativeRequest.begun(asked);
        body.set("messages", new MessageBlocks(fields).all());
        body.set("tools", tools(fields));
        body.set("think", think(fields.object("thinking")));
        body.copy("keep_alive");
        return body.with(
                asked.options()
                        .copy("max_tokens", "num_predict")
                        .copy("temperature")
                        .copy("top_p")
                        .copy("top_k")
                        .copy("stop_sequences", "stop"));
    }

    /** As servers do, since the dialect has no answer without a limit. */
    private static void requireLimit(Fields fields) {
        if (fields.get("max_tokens").asInt() <= 0) {
            throw new ValidationException("max_tokens is required and must be positive");
        }
    }

    private static ArrayNode tools(Fields fields) {
        return fields.object("tool_choice").word("type").equals("none")
                ? Json.array()
                : Tools.natively(fields, "custom", "input_schema");
    }

    private static JsonNode think(Fields thinking) {
        return switch (thinking.word("type")) {
            case "enabled" -> Json.NODES.booleanNode(true);
            case "disabled" -> Json.NODES.booleanNode(false);
            default -> Json.NODES.missingNode();
        };
    }
}
