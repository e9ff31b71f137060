package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import java.util.function.Function;

/** {@code /api/chat} and {@code /api/generate}. */
final class NativeRoutes {
    private final Inference inference;
    private final Engine engine;

    private NativeRoutes(Inference inference) {
        this.inference = inference;
        this.engine = inference.engine();
    }

    static void addTo(Router router, Inference inference) {
        NativeRoutes routes = new NativeRoutes(inference);
        router.on(HttpMethod.POST, "/api/chat", Route.inference(Dialect.OLLAMA, routes::chat));
        router.on(
                HttpMethod.POST,
                "/api/generate",
                Route.inference(Dialect.OLLAMA, routes::generate));
    }

    private void chat(Exchange x) {
        Fields body = x.fields();
        GoTypes.expectText(body, "model", "ChatRequest");
        GoTypes.expectArray(body, "messages", "ChatRequest", "[]api.Message");
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
        GoTypes.expectText(body, "model", "GenerateRequest");
        GoTypes.expectText(body, "prompt", "GenerateRequest");
        Requirements.images(body.get("images"));
        String text = body.text("prompt");
        Asked asked =
                Asked.natively(
                        body,
                        body.flag("raw", false) ? Prompt.raw(text) : Prompt.ofText(text),
                        engine.settings().calls());
        run(
                x,
                body,
                asked,
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
        ToolCall call = asked.call();
        inference.answer(
                x,
                asked,
                call == null
                        ? framing::apply
                        : answer -> new NativeCallFrames(answer, call, engine.clock()));
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
            inference.whenReady(x, asked, _ -> x.json(frames.onlyLoaded("load")));
        }
    }
}
