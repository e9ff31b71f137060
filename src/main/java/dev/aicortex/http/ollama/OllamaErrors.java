package dev.aicortex.http.ollama;

import dev.aicortex.model.CortexException;
import io.vertx.core.json.JsonObject;

/** Ollama's error envelope: one text. The code stands beside it, for clients that look for one. */
public final class OllamaErrors {
    private OllamaErrors() {}

    public static String body(CortexException error, String requestId) {
        return new JsonObject().put("error", error.text()).put("code", error.code()).encode();
    }
}
