package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** {@code /v1/chat/completions} → {@code /api/chat}. */
final class ChatCompletionRequest {
    private ChatCompletionRequest() {}

    static ObjectNode natively(Asked asked) throws IOException {
        Fields fields = asked.fields();
        Fields format = fields.object("response_format");
        NativeRequest body = NativeRequest.begun(asked);
        body.set("messages", new ChatMessages(asked).all());
        body.copy("tools");
        body.copy("keep_alive");
        body.copy("logprobs");
        body.copy("top_logprobs");
        body.set("format", Format.of(format, format.object("json_schema")));
        body.set("think", Thinking.ofEffort(effort(fields)));
        return body.with(options(asked));
    }

    private static Options options(Asked asked) {
        return asked.options()
                .copy("max_completion_tokens", "num_predict")
                .copy("max_tokens", "num_predict")
                .copyOr("temperature", Options.ONE)
                .copyOr("top_p", Options.ONE)
                .copy("seed")
                .copy("frequency_penalty")
                .copy("presence_penalty")
                .stop("stop");
    }

    private static String effort(Fields fields) {
        return fields.has("reasoning")
                ? fields.object("reasoning").word("effort")
                : fields.word("reasoning_effort");
    }
}
