package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;

/** {@code /v1/chat/completions} → {@code /api/chat}. */
final class ChatCompletionRequest {
    private ChatCompletionRequest() {}

    static ObjectNode natively(Asked asked) throws IOException {
        Fields fields = asked.fields();
        ObjectNode body = asked.begun();
        body.set("messages", new ChatMessages(asked).all());
        copy(fields, "tools", body);
        copy(fields, "keep_alive", body);
        copy(fields, "logprobs", body);
        copy(fields, "top_logprobs", body);
        set(body, "format", format(fields.object("response_format")));
        set(body, "think", Thinking.ofEffort(effort(fields)));
        body.set("options", options(asked));
        return body;
    }

    private static ObjectNode options(Asked asked) {
        return asked.options()
                .copy("max_completion_tokens", "num_predict")
                .copy("max_tokens", "num_predict")
                .copyOr("temperature", Options.ONE)
                .copyOr("top_p", Options.ONE)
                .copy("seed")
                .copy("frequency_penalty")
                .copy("presence_penalty")
                .stop("stop")
                .all();
    }

    private static JsonNode format(Fields format) {
        return switch (format.word("type").strip().toLowerCase(Locale.ROOT)) {
            case "json_object" -> Json.NODES.textNode("json");
            case "json_schema" -> format.object("json_schema").get("schema");
            default -> Json.NODES.missingNode();
        };
    }

    private static String effort(Fields fields) {
        return fields.has("reasoning")
                ? fields.object("reasoning").word("effort")
                : fields.word("reasoning_effort");
    }

    static void copy(Fields from, String name, ObjectNode to) {
        set(to, name, from.get(name));
    }

    static void set(ObjectNode to, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            to.set(name, value);
        }
    }
}
