package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** {@code /v1/responses} → {@code /api/chat}. */
final class ResponsesRequest {
    private ResponsesRequest() {}

    static ObjectNode natively(Asked asked) throws IOException {
        Fields fields = asked.fields();
        Fields format = fields.object("text").object("format");
        NativeRequest body = NativeRequest.begun(asked);
        body.set("messages", new InputItems(asked).all());
        body.set("tools", Tools.natively(fields, "function", "parameters"));
        body.set("format", Format.of(format, format));
        body.set("think", Thinking.ofEffort(fields.object("reasoning").word("effort")));
        body.copy("keep_alive");
        return body.with(
                asked.options()
                        .copy("max_output_tokens", "num_predict")
                        .copyOr("temperature", Options.ONE)
                        .copy("top_p"));
    }
}
