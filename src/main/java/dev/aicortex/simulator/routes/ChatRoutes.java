package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aicortex.simulator.Generation;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Prompt;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Rejected;
import dev.aicortex.simulator.exchange.Router;
import java.util.Base64;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes that answer in words: {@code /api/chat} and {@code /api/generate}, {@code
 * /v1/chat/completions}, {@code /v1/completions} and {@code /v1/responses}, {@code /v1/messages}.
 */
record ChatRoutes(Engine engine) {
    /** Where the system prompt is a message, or no tool is known. */
    private static final JsonNode NOTHING = MissingNode.getInstance();

    private static final Set<String> ITEMS =
            Set.of(
                    "message",
                    "function_call",
                    "function_call_output",
                    "reasoning",
                    "web_search_call");

    void addTo(Router router) {
        router.inference(Dialect.OLLAMA, "/api/chat", this::chat);
        router.inference(Dialect.OLLAMA, "/api/generate", this::generate);
        router.inference(Dialect.OPENAI, "/v1/chat/completions", this::chatCompletion);
        router.inference(Dialect.OPENAI, "/v1/completions", this::completion);
        router.inference(Dialect.OPENAI, "/v1/responses", this::response);
        router.inference(Dialect.ANTHROPIC, "/v1/messages", this::message);
    }

    // ---- Ollama's own

    private void chat(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ChatRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "ChatRequest", "[]api.Message");
        JsonNode messages = body.get("messages");
        messages.forEach(message -> checkImages(message.path("images")));
        Prompt prompt = Prompt.ofChat(messages).behind(NOTHING, body.get("tools"));
        Asked asked = Asked.natively(body, prompt, engine.settings().calls());
        run(
                x,
                body,
                asked,
                "chat",
                messages.isEmpty(),
                answer -> NativeFrames.chat(answer, Logprobs.asked(body), engine.clock()));
    }

    private void generate(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "GenerateRequest");
        body.expectText("prompt", "GenerateRequest");
        checkImages(body.get("images"));
        String text = body.text("prompt");
        Prompt prompt =
                body.flag("raw", false)
                        ? Prompt.raw(text)
                        : Prompt.ofText(text).behind(body.get("system"), NOTHING);
        run(
                x,
                body,
                Asked.natively(body, prompt, engine.settings().calls()),
                "generate",
                text.isEmpty(),
                answer -> NativeFrames.generate(answer, Logprobs.asked(body), engine.clock()));
    }

    private void run(
            Exchange x,
            Fields body,
            Asked asked,
            String what,
            boolean empty,
            Function<Answer, NativeFrames> framing) {
        SimulatedModel model = completing(asked, what);
        if (empty) {
            loadOnly(x, model, asked, framing.apply(Answer.none(asked)));
            return;
        }
        checkTools(model, body);
        checkThinking(model, body);
        engine.answer(x, asked, framing::apply);
    }

    /** Without messages or a prompt, a request only loads its model, or unloads it. */
    private void loadOnly(Exchange x, SimulatedModel model, Asked asked, NativeFrames frames) {
        if (asked.keepAlive().isZero()) {
            engine.runners().used(model, asked);
            x.json(frames.onlyLoaded("unload"));
        } else {
            engine.whenLoaded(x, asked, () -> x.json(frames.onlyLoaded("load")));
        }
    }

    // ---- the compatible ones

    private void chatCompletion(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ChatCompletionRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "ChatCompletionRequest", "[]openai.Message");
        JsonNode messages = body.get("messages");
        if (messages.isEmpty()) {
            throw Rejected.unreadable("[] is too short - 'messages'");
        }
        JsonNode format = body.get("response_format");
        JsonNode schema = schema(format, format.path("json_schema"));
        Prompt prompt = Prompt.ofMessages(messages).behind(NOTHING, body.get("tools"));
        Asked asked = compatibly(body, prompt, "max_tokens", schema);
        int alternatives = Logprobs.asked(body);
        Generation generation = engine.settings().generation();
        engine.answer(
                x, asked, answer -> new ChatFrames(answer, usage(body), alternatives, generation));
    }

    private void completion(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "CompletionRequest");
        Asked asked = compatibly(body, Prompt.ofText(body.text("prompt")), "max_tokens", null);
        engine.answer(x, asked, answer -> new CompletionFrames(answer, usage(body)));
    }

    private void response(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ResponsesRequest");
        body.expectText("instructions", "ResponsesRequest");
        body.expect(JsonNodeType.NUMBER, "max_output_tokens", "ResponsesRequest", "int");
        body.expect(JsonNodeType.NUMBER, "temperature", "ResponsesRequest", "float64");
        body.expect(JsonNodeType.NUMBER, "top_p", "ResponsesRequest", "float64");
        if (engine.settings().generation() == Generation.LLAMA_SERVER) {
            checkItems(body.get("input"));
        }
        JsonNode format = body.object("text").get("format");
        Prompt prompt =
                Prompt.ofEither(body.get("input"))
                        .behind(body.get("instructions"), body.get("tools"));
        Asked asked = compatibly(body, prompt, "max_output_tokens", schema(format, format));
        engine.answer(x, asked, answer -> new ResponseFrames(answer, body));
    }

    private void message(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "MessagesRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "MessagesRequest", "[]anthropic.MessageParam");
        JsonNode messages = body.get("messages");
        require(!body.text("model").isEmpty(), "model is required");
        require(body.number("max_tokens", 0) > 0, "max_tokens is required and must be positive");
        require(!messages.isEmpty(), "messages is required");
        Prompt prompt = Prompt.ofMessages(messages).behind(body.get("system"), body.get("tools"));
        Asked asked = compatibly(body, prompt, "max_tokens", null);
        engine.answer(x, asked, MessageFrames::new);
    }

    private Asked compatibly(Fields body, Prompt prompt, String limit, @Nullable JsonNode schema) {
        Asked asked = Asked.compatibly(body, prompt, limit, schema, engine.settings().calls());
        checkTools(completing(asked, "chat"), body);
        return asked;
    }

    /** Of a format with a type: the schema that stands in its holder, any object, or none. */
    private static @Nullable JsonNode schema(JsonNode format, JsonNode holder) {
        return switch (format.path("type").asText("")) {
            case "json_schema" -> holder.path("schema");
            case "json_object" -> JsonNodeFactory.instance.objectNode();
            default -> null;
        };
    }

    /** Whether a stream tells its usage at its end. */
    private static boolean usage(Fields body) {
        return body.object("stream_options").flag("include_usage", false);
    }

    // ---- what Ollama checks before it runs a request

    private static void require(boolean met, String complaint) {
        if (!met) {
            throw Rejected.unreadable(complaint);
        }
    }

    /** The model that is asked, which can do what is asked of it. */
    private SimulatedModel completing(Asked asked, String what) {
        SimulatedModel model = engine.shelf().required(asked.model());
        if (!model.can("completion")) {
            throw Rejected.because(400, GoJson.quote(asked.model()) + " does not support " + what);
        }
        return model;
    }

    private static void checkTools(SimulatedModel model, Fields body) {
        if (!body.get("tools").isEmpty() && !model.can("tools")) {
            throw Rejected.because(400, longName(model.name()) + " does not support tools");
        }
    }

    private static void checkThinking(SimulatedModel model, Fields body) {
        if (body.has("think")
                && !body.get("think").asText().equals("false")
                && !model.can("thinking")) {
            throw Rejected.because(
                    400, GoJson.quote(body.text("model")) + " does not support thinking");
        }
    }

    /** What stands in the input of a response must be known. */
    private static void checkItems(JsonNode input) {
        for (int i = 0; i < input.size(); i++) {
            JsonNode item = input.get(i);
            String type = item.path("type").asText(item.has("role") ? "message" : "");
            if (!ITEMS.contains(type)) {
                throw Rejected.unreadable(
                        "input[%d]: unknown input item type: %s".formatted(i, GoJson.quote(type)));
            }
            for (JsonNode part : item.path("content")) {
                if (part.path("type").asText().equals("input_file")) {
                    throw Rejected.unreadable("file inputs are not currently supported");
                }
            }
        }
    }

    /** Pictures must be base64; Go's decoder names the first byte that is not. */
    private static void checkImages(JsonNode images) {
        for (JsonNode image : images) {
            try {
                Base64.getDecoder().decode(image.asText());
            } catch (IllegalArgumentException e) {
                int legal = image.asText().replaceFirst("[^A-Za-z0-9+/].*$", "").length();
                throw Rejected.unreadable("illegal base64 data at input byte " + legal);
            }
        }
    }

    private static String longName(String name) {
        long slashes = name.chars().filter(c -> c == '/').count();
        return switch ((int) slashes) {
            case 0 -> "registry.ollama.ai/library/" + name;
            case 1 -> "registry.ollama.ai/" + name;
            default -> name;
        };
    }
}
