package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.exchange.Fields;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, whatever its dialect.
 *
 * @param contextLength in tokens; 0 = not asked for
 * @param limit of the answer's tokens; not positive = none
 * @param format the JSON schema that the answer must satisfy; null = words
 * @param call that the answer is instead of a text; null = none
 * @param truncate whether a prompt that is too long is cut instead of refused
 * @param shift whether the model is loaded so that it forgets the beginning of what is too long
 * @param thinks whether a model that can think does
 */
public record Asked(
        String model,
        Prompt prompt,
        boolean stream,
        int limit,
        @Nullable JsonNode format,
        int contextLength,
        Duration keepAlive,
        @Nullable ToolCall call,
        boolean truncate,
        boolean shift,
        boolean thinks) {
    private static final Duration USUAL_STAY = Duration.ofMinutes(5);
    private static final Duration FOR_GOOD = Duration.ofNanos(Long.MAX_VALUE);
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)");
    private static final Map<String, Double> SECONDS =
            Map.of("h", 3_600.0, "m", 60.0, "s", 1.0, "ms", 0.001);

    /** On the native routes: streamed unless declined, with its limits among the options. */
    public static Asked natively(Fields body, Prompt prompt, Map<String, List<String>> calls) {
        Fields options = body.object("options");
        return new Asked(
                body.text("model"),
                prompt,
                body.flag("stream", true),
                options.number("num_predict", -1),
                schema(body.get("format")),
                options.number("num_ctx", 0),
                keepAliveOf(body.get("keep_alive")),
                ToolCall.wanted(body, calls),
                body.flag("truncate", true),
                body.flag("shift", true),
                !body.get("think").asText().equals("false"));
    }

    /** On a compatible route: streamed when asked for, and deaf to the context's length. */
    public static Asked compatibly(
            Fields body,
            Prompt prompt,
            String limit,
            @Nullable JsonNode format,
            Map<String, List<String>> calls) {
        return new Asked(
                body.text("model"),
                prompt,
                body.flag("stream", false),
                body.number(limit, -1),
                format,
                0,
                keepAliveOf(body.get("keep_alive")),
                ToolCall.wanted(body, calls),
                true,
                true,
                thinks(body));
    }

    /** With the context length that a model then has: asked for, else its own, else the usual. */
    Asked of(SimulatedModel model, int usualContext) {
        int wanted =
                contextLength > 0
                        ? contextLength
                        : model.numCtx() > 0 ? model.numCtx() : usualContext;
        int length = Math.min(wanted, model.architecture().contextLength());
        return new Asked(
                this.model,
                prompt,
                stream,
                limit,
                format,
                length,
                keepAlive,
                call,
                truncate,
                shift,
                thinks);
    }

    /** Each compatible route has its own way to say no. */
    private static boolean thinks(Fields body) {
        return !body.get("reasoning_effort").asText().equals("none")
                && !body.object("reasoning").get("effort").asText().equals("none")
                && !body.object("thinking").get("type").asText().equals("disabled");
    }

    /** A format: the word {@code json}, or a schema. */
    private static @Nullable JsonNode schema(JsonNode format) {
        return format.isObject() || !format.asText("").isEmpty() ? format : null;
    }

    /**
     * How long a model stays loaded after a request: a number of seconds or a Go duration; negative
     * = for good.
     */
    static Duration keepAliveOf(JsonNode value) {
        if (value.isMissingNode()) {
            return USUAL_STAY;
        }
        double seconds = value.isNumber() ? value.asDouble() : seconds(value.asText());
        return seconds < 0 ? FOR_GOOD : Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static double seconds(String text) {
        double seconds = 0;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            seconds +=
                    Double.parseDouble(parts.group(1)) * SECONDS.getOrDefault(parts.group(2), 1.0);
        }
        return text.startsWith("-") ? -1 : seconds;
    }
}
