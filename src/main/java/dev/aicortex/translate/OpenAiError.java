package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The error object for a stream that broke, as the relay gives it in OpenAI's dialect. */
final class OpenAiError {
    static final String CODE = "stream_interrupted";

    private OpenAiError() {}

    static ObjectNode of(String message) {
        return Json.object()
                .put("message", message)
                .put("type", "server_error")
                .putNull("param")
                .put("code", CODE);
    }
}
