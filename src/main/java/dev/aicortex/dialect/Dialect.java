package dev.aicortex.dialect;

import dev.aicortex.model.CortexException;
import io.vertx.core.json.JsonObject;

/** The API that a client speaks; it decides the shape of errors and of a stream's end. */
public enum Dialect {
    /** Errors have the types that Ollama gives on {@code /v1}. */
    OPENAI {
        @Override
        public String error(CortexException error, String requestId) {
            JsonObject fields =
                    new JsonObject()
                            .put("message", error.text())
                            .put("type", openAiType(error.status()))
                            .putNull("param")
                            .put("code", error.code());
            return new JsonObject().put("error", fields).encode();
        }
    },

    /** An error is one text. The code stands beside it, for clients that look for one. */
    OLLAMA {
        @Override
        public String error(CortexException error, String requestId) {
            return new JsonObject().put("error", error.text()).put("code", error.code()).encode();
        }
    },

    /** The code stands beside an error's type, for clients that look for one. */
    ANTHROPIC {
        @Override
        public String error(CortexException error, String requestId) {
            JsonObject fields =
                    new JsonObject()
                            .put("type", anthropicType(error.status()))
                            .put("message", error.text())
                            .put("code", error.code());
            return new JsonObject()
                    .put("type", "error")
                    .put("error", fields)
                    .put("request_id", requestId)
                    .encode();
        }
    };

    /** The header by which the clients of {@code /v1/models} are told apart. */
    public static final String ANTHROPIC_VERSION = "anthropic-version";

    private static final int FIRST_SERVER_ERROR = 500;

    /**
     * That of a request.
     *
     * @param anthropicVersion whether it has a header {@link #ANTHROPIC_VERSION}
     */
    public static Dialect of(String path, boolean anthropicVersion) {
        if (under("/v1/messages", path) || (under("/v1/models", path) && anthropicVersion)) {
            return ANTHROPIC;
        }
        return under("/v1", path) || path.equals("/models") ? OPENAI : OLLAMA;
    }

    private static boolean under(String root, String path) {
        return (path + "/").startsWith(root + "/");
    }

    /**
     * The body in which its clients look for an error: JSON text.
     *
     * @param requestId as the answer's {@code x-request-id} has it
     */
    public abstract String error(CortexException error, String requestId);

    private static String openAiType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status < FIRST_SERVER_ERROR ? "invalid_request_error" : "server_error";
        };
    }

    private static String anthropicType(int status) {
        return switch (status) {
            case 413 -> "request_too_large";
            case 503 -> "overloaded_error";
            default -> status < FIRST_SERVER_ERROR ? openAiType(status) : "api_error";
        };
    }
}
