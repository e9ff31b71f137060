package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Answer;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.engine.Engine;
import dev.aicortex.simulator.engine.Prompt;
import dev.aicortex.simulator.exchange.Dialect;
import dev.aicortex.simulator.exchange.Exchange;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.Router;
import java.util.function.Function;

/** {@code /api/chat} and {@code /api/generate}. */
final class NativeRoutes {
    private final Engine engine;

    private NativeRoutes(Engine engine) {
        this.engine = engine;
    }

    static void addTo(Router router, Engine engine) {
        NativeRoutes routes = new NativeRoutes(engine);
        router.inference(Dialect.OLLAMA, "/api/chat", routes::chat);
        router.inference(Dialect.OLLAMA, "/api/generate", routes::generate);
    }

    private void chat(Exchange x) {
        Fields body = x.fields();
        body.expectText("model", "ChatRequest");
        body.expect(JsonNodeType.ARRAY, "messages", "ChatRequest", "[]api.Message");
        JsonNode messages = body.get("messages");
        messages.forEach(message -> Requirements.images(message.path("images")));
        Asked asked = Asked.natively(body, Prompt.ofChat(messages), engine.settings().calls());
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
        Requirements.images(body.get("images"));
        String text = body.text("prompt");
        Prompt prompt = body.flag("raw", false) ? Prompt.raw(text) : Prompt.ofText(text);
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
        SimulatedModel model = engine.shelf().required(asked.model());
        Requirements.completion(model, asked, what);
        if (empty) {
            loadOnly(x, model, asked, framing);
            return;
        }
        Requirements.tools(model, body);
        Requirements.thinking(model, body);
        engine.answer(x, asked, framing::apply);
    }

    /** Without messages or a prompt, a request only loads its model, or unloads it. */
    private void loadOnly(
            Exchange x, SimulatedModel model, Asked asked, Function<Answer, NativeFrames> framing) {
        NativeFrames frames =
                framing.apply(Answer.to(asked, asked.of(model).contextLength(), 0, 0));
        if (asked.keepAlive().isZero()) {
            engine.runners().used(model, asked);
            x.json(frames.onlyLoaded("unload"));
        } else {
            engine.whenReady(x, asked, () -> x.json(frames.onlyLoaded("load")));
        }
    }
}
