package dev.aicortex.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.dialect.Dialect;
import dev.aicortex.fleet.Reply;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.model.ValidationException;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/**
 * A server's error as its client gets it: in the dialect's shape, with a code, and with a status
 * that says whose fault it is. SDKs try every 5xx again, so a request that is itself wrong is a
 * 400.
 *
 * @param words the server's own
 */
record Rejection(int status, String contentType, Buffer body, String words, String code) {
    private static final String JSON = "application/json";
    private static final int LEAST_SERVER_ERROR = 500;

    /** The request is at fault. */
    static Rejection of(Reply reply, Dialect dialect, String requestId) {
        int status = reply.status() >= LEAST_SERVER_ERROR ? 400 : reply.status();
        return of(reply, status, dialect, requestId);
    }

    /** With a status that somebody else settled. */
    static Rejection of(Reply reply, int status, Dialect dialect, String requestId) {
        JsonNode said = reply.json();
        String words = ReplyReader.words(reply);
        String code = code(words, status);
        if (said instanceof ObjectNode object && shaped(object, dialect)) {
            ObjectNode holder =
                    dialect == Dialect.OLLAMA ? object : (ObjectNode) object.get("error");
            if (!holder.hasNonNull("code")) {
                holder.put("code", code);
            }
            return new Rejection(status, type(reply), body(object, reply), words, code);
        }
        ValidationException error = ValidationException.ofServer(status, code, words);
        String body = dialect.error(error, requestId);
        return new Rejection(status, JSON, Buffer.buffer(body), words, code);
    }

    private static boolean shaped(ObjectNode object, Dialect dialect) {
        JsonNode error = object.path("error");
        return switch (dialect) {
            case OLLAMA -> error.isTextual();
            case OPENAI -> error.isObject();
            case ANTHROPIC -> error.isObject() && object.path("type").asText().equals("error");
        };
    }

    /** Some routes end their answers with a line feed. */
    private static Buffer body(ObjectNode object, Reply reply) {
        return Buffer.buffer(object + (reply.text().endsWith("\n") ? "\n" : ""));
    }

    private static String type(Reply reply) {
        return reply.contentType().isEmpty() ? JSON : reply.contentType();
    }

    private static String code(String words, int status) {
        String text = words.toLowerCase(Locale.ROOT);
        if (text.contains("context length") || text.contains("prompt too long")) {
            return "context_length_exceeded";
        }
        return switch (status) {
            case 404 -> text.contains("model") ? "model_not_found" : "not_found";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_exceeded";
            default -> status >= LEAST_SERVER_ERROR ? "server_error" : "invalid_request";
        };
    }
}
