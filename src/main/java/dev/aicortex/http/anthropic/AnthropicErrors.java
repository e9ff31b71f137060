package dev.aicortex.http.anthropic;

import dev.aicortex.model.CortexException;
import io.vertx.core.json.JsonObject;

/** Anthropic's error envelope. The code stands beside the type, for clients that look for one. */
public final class AnthropicErrors {
    private static final int FIRST_SERVER_ERROR = 500;

    private AnthropicErrors() {}

    public static String body(CortexException error, String requestId) {
        return body(type(error.status()), error.text(), error.code(), requestId);
    }

    /** For a path that is no route of ours. */
    public static String unknownPath(String path, String requestId) {
        String message = "unknown path " + path + "; the routes are in README.md";
        return body("not_found_error", message, "unknown_path", requestId);
    }

    /** For a route that is there, with another method. */
    public static String methodNotAllowed(String path, String requestId) {
        String message = path + " does not take this method; the routes are in README.md";
        return body("invalid_request_error", message, "method_not_allowed", requestId);
    }

    private static String body(String type, String message, String code, String requestId) {
        JsonObject fields =
                new JsonObject().put("type", type).put("message", message).put("code", code);
        return new JsonObject()
                .put("type", "error")
                .put("error", fields)
                .put("request_id", requestId)
                .encode();
    }

    /** The types of Anthropic's API, by status. */
    public static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> status < FIRST_SERVER_ERROR ? "invalid_request_error" : "api_error";
        };
    }
}
