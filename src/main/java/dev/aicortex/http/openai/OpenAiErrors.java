package dev.aicortex.http.openai;

import dev.aicortex.model.CortexException;
import io.vertx.core.json.JsonObject;

/** OpenAI's error envelope, with the types that Ollama gives on {@code /v1}. */
public final class OpenAiErrors {
    private static final int FIRST_SERVER_ERROR = 500;

    private OpenAiErrors() {}

    public static String body(CortexException error, String requestId) {
        return body(error.text(), type(error.status()), error.code());
    }

    /** For a path that is no route of ours. */
    public static String unknownPath(String path) {
        return body(
                "unknown path " + path + "; the routes are in README.md",
                "not_found_error",
                "unknown_path");
    }

    /** For a route that is there, with another method. */
    public static String methodNotAllowed(String path) {
        return body(
                path + " does not take this method; the routes are in README.md",
                "invalid_request_error",
                "method_not_allowed");
    }

    private static String body(String message, String type, String code) {
        JsonObject fields =
                new JsonObject()
                        .put("message", message)
                        .put("type", type)
                        .putNull("param")
                        .put("code", code);
        return new JsonObject().put("error", fields).encode();
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status < FIRST_SERVER_ERROR ? "invalid_request_error" : "server_error";
        };
    }
}
