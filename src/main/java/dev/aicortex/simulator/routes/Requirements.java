package dev.aicortex.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.engine.Asked;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.GoJson;
import dev.aicortex.simulator.exchange.Rejected;
import java.util.Base64;

/** What Ollama checks before it runs a request. */
final class Requirements {
    private Requirements() {}

    static void completion(SimulatedModel model, Asked asked, String what) {
        if (!model.can("completion")) {
            throw Rejected.because(400, GoJson.quote(asked.model()) + " does not support " + what);
        }
    }

    static void tools(SimulatedModel model, Fields body) {
        if (!body.get("tools").isEmpty() && !model.can("tools")) {
            throw Rejected.because(400, longName(model.name()) + " does not support tools");
        }
    }

    static void thinking(SimulatedModel model, Fields body) {
        if (body.has("think")
                && !body.get("think").asText().equals("false")
                && !model.can("thinking")) {
            throw Rejected.because(
                    400, GoJson.quote(body.text("model")) + " does not support thinking");
        }
    }

    /** Pictures must be base64; Go's decoder names the first byte that is not. */
    static void images(JsonNode images) {
        for (JsonNode image : images) {
            base64(image.asText());
        }
    }

    private static void base64(String text) {
        try {
            Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw Rejected.unreadable("illegal base64 data at input byte " + firstIllegal(text));
        }
    }

    private static int firstIllegal(String text) {
        String legal = text.replaceFirst("[^A-Za-z0-9+/].*$", "");
        return legal.length();
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
