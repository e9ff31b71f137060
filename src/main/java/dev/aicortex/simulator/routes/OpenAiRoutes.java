package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Prompt;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;

/** {@code /v1/chat/completions}, {@code /v1/completions} and {@code /v1/responses}. */
final class OpenAiRoutes {
    private final Engine engine;

    private OpenAiRoutes(Engine engine) {
        this.engine = engine;
    }

    static void addTo(Router router, Engine engine) {
        OpenAiRoutes routes = new OpenAiRoutes(engine);
        router.inference(Dialect.OPENAI, "/v1/chat/completions", routes::chat);
        router.inference(Dialect.OPENAI, "/v1/completions", routes::completion);
        router.inference(Dialect.OPENAI, "/v1/responses", routes::response);
    }

    private void chat(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ChatCompletionRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "ChatCompletionRequest", "[]openai.Message");
        JsonNode messages = body.get("messages");
        if (messages.isEmpty()) {
            throw Rejected.unreadable("[] is too short - 'messages'");
        }
        JsonNode format = body.get("response_format");
        Prompt prompt = Prompt.ofMessages(messages);
        Asked asked = asked(body, prompt, "max_tokens", format, format.path("json_schema"));
        int alternatives = Logprobs.asked(body);
        engine.answer(x, asked, answer -> new ChatFrames(answer, usage(body), alternatives));
    }

    private void completion(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "CompletionRequest");
        JsonNode none = MissingNode.getInstance();
        Asked asked = asked(body, Prompt.ofText(body.text("prompt")), "max_tokens", none, none);
        engine.answer(x, asked, answer -> new CompletionFrames(answer, usage(body)));
    }

    private void response(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ResponsesRequest");
        body.expectText("instructions", "ResponsesRequest");
        body.expect(JsonNodeType.NUMBER, "max_output_tokens", "ResponsesRequest", "int");
        body.expect(JsonNodeType.NUMBER, "temperature", "ResponsesRequest", "float64");
        body.expect(JsonNodeType.NUMBER, "top_p", "ResponsesRequest", "float64");
        JsonNode format = body.object("text").get("format");
        Prompt prompt = Prompt.ofEither(body.get("input"));
        Asked asked = asked(body, prompt, "max_output_tokens", format, format);
        engine.answer(x, asked, answer -> new ResponseFrames(answer, body));
    }

    /** Of a format with a type: the schema that stands in its holder, any object, or none. */
    private Asked asked(
            Fields body, Prompt prompt, String limit, JsonNode format, JsonNode holder) {
        JsonNode schema =
                switch (format.path("type").asText("")) {
                    case "json_schema" -> holder.path("schema");
                    case "json_object" -> JsonNodeFactory.instance.objectNode();
                    default -> null;
                };
        Asked asked =
                Asked.compatibly(body, prompt, limit, schema, engine.settings().calls());
        SimulatedModel model = engine.shelf().required(asked.model());
        Requirements.completion(model, asked, "chat");
        Requirements.tools(model, body);
        return asked;
    }

    private static boolean usage(Fields body) {
        return body.object("stream_options").flag("include_usage", false);
    }
}
