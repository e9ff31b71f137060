package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v1/chat/completions}, {@code /v1/completions} and {@code /v1/responses}. */
final class OpenAiRoutes {
    private final Inference inference;

    private OpenAiRoutes(Inference inference) {
        this.inference = inference;
    }

    static void addTo(Router router, Inference inference) {
        OpenAiRoutes routes = new OpenAiRoutes(inference);
        router.on(
                HttpMethod.POST,
                "/v1/chat/completions",
                Route.inference(Dialect.OPENAI, routes::chat));
        router.on(
                HttpMethod.POST,
                "/v1/completions",
                Route.inference(Dialect.OPENAI, routes::completion));
        router.on(
                HttpMethod.POST,
                "/v1/responses",
                Route.inference(Dialect.OPENAI, routes::response));
    }

    private void chat(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "ChatCompletionRequest");
        GoTypes.expectArray(body, "messages", "ChatCompletionRequest", "[]openai.Message");
        JsonNode messages = body.get("messages");
        if (messages.isEmpty()) {
            throw Rejected.unreadable("[] is too short - 'messages'");
        }
        Asked asked =
                Asked.compatibly(
                        body, Prompt.ofMessages(messages), "max_tokens", chatFormat(body), calls());
        check(body, asked);
        inference.answer(x, asked, answer -> chatFrames(body, answer, asked.call()));
    }

    private static Frames chatFrames(Fields body, Answer answer, @Nullable ToolCall call) {
        return call == null
                ? new ChatFrames(answer, usage(body), Logprobs.asked(body))
                : new ChatCallFrames(answer, call, usage(body));
    }

    private void completion(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "CompletionRequest");
        Asked asked =
                Asked.compatibly(
                        body, Prompt.ofText(body.text("prompt")), "max_tokens", null, calls());
        check(body, asked);
        inference.answer(x, asked, answer -> new CompletionFrames(answer, usage(body)));
    }

    private void response(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "ResponsesRequest");
        GoTypes.expectText(body, "instructions", "ResponsesRequest");
        GoTypes.expectNumber(body, "max_output_tokens", "ResponsesRequest", "int");
        GoTypes.expectNumber(body, "temperature", "ResponsesRequest", "float64");
        GoTypes.expectNumber(body, "top_p", "ResponsesRequest", "float64");
        JsonNode format = body.object("text").get("format");
        Asked asked =
                Asked.compatibly(
                        body,
                        Prompt.ofEither(body.get("input")),
                        "max_output_tokens",
                        schema(format, format),
                        calls());
        check(body, asked);
        inference.answer(x, asked, answer -> new ResponseFrames(answer, body, asked.call()));
    }

    private Map<String, String> calls() {
        return inference.engine().settings().calls();
    }

    private void check(Fields body, Asked asked) {
        SimulatedModel model = inference.engine().shelf().required(asked.model());
        Requirements.completion(model, asked, "chat");
        Requirements.tools(model, body);
    }

    private static boolean usage(Fields body) {
        return body.object("stream_options").flag("include_usage", false);
    }

    private static @Nullable JsonNode chatFormat(Fields body) {
        JsonNode format = body.get("response_format");
        return schema(format, format.path("json_schema"));
    }

    /** Of a format with a type: the schema that stands in its holder, any object, or none. */
    private static @Nullable JsonNode schema(JsonNode format, JsonNode holder) {
        return switch (format.path("type").asText("")) {
            case "json_schema" -> holder.path("schema");
            case "json_object" -> JsonNodeFactory.instance.objectNode();
            default -> null;
        };
    }
}
