package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code /v1/completions} → {@code /api/generate}. */
final class CompletionRequest {
    private CompletionRequest() {}

    static ObjectNode natively(Asked asked) {
        Fields fields = asked.fields();
        NativeRequest body = NativeRequest.begun(asked);
        body.set("prompt", Texts.orEmpty(fields.text("prompt")));
        body.set("suffix", fields.text("suffix"));
        body.copy("keep_alive");
        if (fields.get("logprobs").asInt() > 0) {
            body.set("logprobs", Json.NODES.booleanNode(true));
            body.set("top_logprobs", fields.get("logprobs"));
        }
        return body.with(options(asked));
    }

    private static Options options(Asked asked) {
        return asked.options()
                .copy("max_completion_tokens", "num_predict")
                .copy("max_tokens", "num_predict")
                .copyOr("temperature", Options.ONE)
                .copyOr("top_p", Options.ONE)
                .copy("seed")
                .copyOr("frequency_penalty", Options.ZERO)
                .copyOr("presence_penalty", Options.ZERO)
                .stop("stop");
    }
}
