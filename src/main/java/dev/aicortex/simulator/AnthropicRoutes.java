package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** {@code /v1/messages}. */
final class AnthropicRoutes {
    private final Inference inference;

    private AnthropicRoutes(Inference inference) {
        this.inference = inference;
    }

    static void addTo(Router router, Inference inference) {
        AnthropicRoutes routes = new AnthropicRoutes(inference);
        router.on(
                HttpMethod.POST,
                "/v1/messages",
                Route.inference(Dialect.ANTHROPIC, routes::messages));
    }

    private void messages(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "MessagesRequest");
        GoTypes.expectArray(body, "messages", "MessagesRequest", "[]anthropic.MessageParam");
        JsonNode messages = body.get("messages");
        require(!body.text("model").isEmpty(), "model is required");
        require(body.number("max_tokens", 0) > 0, "max_tokens is required and must be positive");
        require(!messages.isEmpty(), "messages is required");
        Asked asked =
                Asked.compatibly(
                        body,
                        Prompt.ofMessages(messages),
                        "max_tokens",
                        null,
                        inference.engine().settings().calls());
        SimulatedModel model = inference.engine().shelf().required(asked.model());
        Requirements.completion(model, asked, "chat");
        Requirements.tools(model, body);
        inference.answer(x, asked, answer -> frames(answer, asked.call()));
    }

    private static Frames frames(Answer answer, @Nullable ToolCall call) {
        return call == null ? new MessageFrames(answer) : new MessageCallFrames(answer, call);
    }

    private static void require(boolean met, String complaint) {
        if (!met) {
            throw Rejected.unreadable(complaint);
        }
    }
}
