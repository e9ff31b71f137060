package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Prompt;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;

/** {@code /v1/messages}. */
final class AnthropicRoutes {
    private final Engine engine;

    private AnthropicRoutes(Engine engine) {
        this.engine = engine;
    }

    static void addTo(Router router, Engine engine) {
        AnthropicRoutes routes = new AnthropicRoutes(engine);
        router.inference(Dialect.ANTHROPIC, "/v1/messages", routes::messages);
    }

    private void messages(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "MessagesRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "MessagesRequest", "[]anthropic.MessageParam");
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
                        engine.settings().calls());
        SimulatedModel model = engine.shelf().required(asked.model());
        Requirements.completion(model, asked, "chat");
        Requirements.tools(model, body);
        engine.answer(x, asked, MessageFrames::new);
    }

    private static void require(boolean met, String complaint) {
        if (!met) {
            throw Rejected.unreadable(complaint);
        }
    }
}
