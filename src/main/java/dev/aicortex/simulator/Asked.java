package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, whatever its dialect.
 *
 * @param contextLength in tokens; 0 = not asked for
 * @param limit of the answer's tokens; not positive = none
 * @param format the JSON schema that the answer must satisfy; null = words
 * @param call that the answer is instead of a text; null = none
 */
record Asked(
        String model,
        Prompt prompt,
        boolean stream,
        int limit,
        @Nullable JsonNode format,
        int contextLength,
        Duration keepAlive,
        @Nullable ToolCall call) {
    private static final int USUAL_CONTEXT = 4_096;

    /** On the native routes: streamed unless declined, with its limits among the options. */
    static Asked natively(Fields body, Prompt prompt, Map<String, String> calls) {
        Fields options = body.object("options");
        return new Asked(
                body.text("model"),
                prompt,
                body.flag("stream", true),
                options.number("num_predict", -1),
                schema(body.get("format")),
                options.number("num_ctx", 0),
                KeepAlive.of(body.get("keep_alive")),
                ToolCall.wanted(body, calls));
    }

    /** On a compatible route: streamed when asked for, and deaf to the context's length. */
    static Asked compatibly(
            Fields body,
            Prompt prompt,
            String limit,
            @Nullable JsonNode format,
            Map<String, String> calls) {
        return new Asked(
                body.text("model"),
                prompt,
                body.flag("stream", false),
                body.number(limit, -1),
                format,
                0,
                KeepAlive.of(body.get("keep_alive")),
                ToolCall.wanted(body, calls));
    }

    /** With the context length that a model then has: asked for, else its own, else the usual. */
    Asked of(SimulatedModel model) {
        int wanted =
                contextLength > 0
                        ? contextLength
                        : model.numCtx() > 0 ? model.numCtx() : USUAL_CONTEXT;
        int length = Math.min(wanted, model.contextLength());
        return new Asked(this.model, prompt, stream, limit, format, length, keepAlive, call);
    }

    /** A format: the word {@code json}, or a schema. */
    static @Nullable JsonNode schema(JsonNode format) {
        return format.isObject() || !format.asText("").isEmpty() ? format : null;
    }
}
