package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The objects in an answer of {@code /v1/messages}. */
final class MessageShapes {
    private MessageShapes() {}

    /** Some clients refuse a thought without a signature, though no server signs one. */
    static ObjectNode block(String type, String text) {
        ObjectNode block = Json.object().put("type", type).put(type, text);
        return type.equals("thinking") ? block.put("signature", "") : block;
    }

    static ObjectNode toolUse(Call call, JsonNode input) {
        return Json.object()
                .put("type", "tool_use")
                .put("id", call.id())
                .put("name", call.name())
                .set("input", input.isMissingNode() ? Json.object() : input);
    }

    static ObjectNode tokens(long input, long output) {
        return Json.object().put("input_tokens", input).put("output_tokens", output);
    }
}
