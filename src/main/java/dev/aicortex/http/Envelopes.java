package dev.aicortex.http;

import dev.aicortex.gateway.request.ErrorEnvelope;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.Dialect;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** The dialect that a path belongs to, and how errors look there. */
public final class Envelopes {
    static final String ANTHROPIC_VERSION = "anthropic-version";
    private static final int FIRST_SERVER_ERROR = 500;

    private Envelopes() {}

    /**
     * The dialect of a request.
     *
     * @param anthropicVersion whether it has a header {@code anthropic-version}, which tells the
     *     clients of {@code /v1/models} apart
     */
    public static Dialect dialect(String path, boolean anthropicVersion) {
        if (under("/v1/messages", path) || (under("/v1/models", path) && anthropicVersion)) {
            return Dialect.ANTHROPIC;
        }
        return under("/v1", path) || path.equals("/models") ? Dialect.OPENAI : Dialect.OLLAMA;
    }

    private static boolean under(String root, String path) {
        return (path + "/").startsWith(root + "/");
    }

    /** Whether the client says that it is one of Anthropic's. */
    static boolean anthropic(HttpServerRequest request) {
        return request.headers().contains(ANTHROPIC_VERSION);
    }

    /** How errors look to a client that speaks it. */
    public static ErrorEnvelope of(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> (error, _) -> openAi(error);
            case OLLAMA -> (error, _) -> ollama(error);
            case ANTHROPIC -> Envelopes::anthropic;
        };
    }

    /** OpenAI's, with the types that Ollama gives on {@code /v1}. */
    private static String openAi(CortexException error) {
        JsonObject fields =
                new JsonObject()
                        .put("message", error.text())
                        .put("type", openAiType(error.status()))
                        .putNull("param")
                        .put("code", error.code());
        return new JsonObject().put("error", fields).encode();
    }

    private static String openAiType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status < FIRST_SERVER_ERROR ? "invalid_request_error" : "server_error";
        };
    }

    /** One text. The code stands beside it, for clients that look for one. */
    private static String ollama(CortexException error) {
        return new JsonObject().put("error", error.text()).put("code", error.code()).encode();
    }

    /** The code stands beside the type, for clients that look for one. */
    private static String anthropic(CortexException error, String requestId) {
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

    private static String anthropicType(int status) {
        return switch (status) {
            case 413 -> "request_too_large";
            case 503 -> "overloaded_error";
            default -> status < FIRST_SERVER_ERROR ? openAiType(status) : "api_error";
        };
    }
}
