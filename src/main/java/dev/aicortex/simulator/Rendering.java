package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** {@code /api/chat} with {@code _debug_render_only}: the prompt is put together and not run. */
final class Rendering {
    private static final String ASKED = "\"_debug_render_only\":true";

    private static final Template ANSWER =
            Template.of(
                    "{'model':@,'created_at':'@','message':{'role':'','content':''},'done':false,'_debug_info':{'rendered_template':@}}");

    private Rendering() {}

    static boolean isAsked(Route route, Buffer body) {
        return route.inference()
                && route.dialect() == Dialect.OLLAMA
                && body.toString(StandardCharsets.UTF_8).contains(ASKED);
    }

    static Route route(Engine engine) {
        return Route.plain(Dialect.OLLAMA, x -> render(engine, x));
    }

    private static void render(Engine engine, Exchange x) {
        Fields body = x.fields();
        SimulatedModel model = engine.shelf().required(body.text("model"));
        x.json(
                ANSWER.fill(
                        GoJson.quote(body.text("model")),
                        engine.clock().now(),
                        GoJson.quote(prompt(model, body.get("messages")))));
    }

    /** As the templates say that {@code /api/show} tells. */
    private static String prompt(SimulatedModel model, JsonNode messages) {
        StringBuilder prompt = new StringBuilder();
        boolean open = false;
        for (JsonNode message : messages) {
            if (open) {
                prompt.append("<end_of_turn>\n");
            }
            boolean answer = message.path("role").asText().equals("assistant");
            prompt.append("<start_of_turn>")
                    .append(answer ? "model" : message.path("role").asText())
                    .append('\n')
                    .append(message.path("content").asText());
            open = answer && !ShowRoute.closes(model);
            if (!open) {
                prompt.append("<end_of_turn>\n");
            }
        }
        return open ? prompt.toString() : prompt + "<start_of_turn>model\n";
    }
}
