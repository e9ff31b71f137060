package dev.aicortex.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A server's short answer that is not a stream: an error, as a rule.
 *
 * @param status HTTP status
 * @param contentType as sent, empty when absent
 * @param body at most {@code 64 KiB} of it
 */
public record Reply(int status, String contentType, Buffer body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An error in the shape of Ollama's own routes. */
    public static Reply error(int status, String words) {
        String body = JSON.createObjectNode().put("error", words).toString();
        return new Reply(status, "application/json", Buffer.buffer(body));
    }

    /** The body as text, to be looked at and never logged. */
    public String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** The body as JSON; a missing node when it is none. */
    public JsonNode json() {
        try {
            return JSON.readTree(body.getBytes());
        } catch (IOException e) {
            return JSON.missingNode(); // what it is instead does not matter
        }
    }

    /**
     * The words of an error in a shape that a model server writes, in any dialect: {@code
     * {"error":"text"}} or {@code {"error":{"message":"text"}}}. Proxies and other frameworks write
     * pages, {@code {"detail":…}}, or an {@code error} beside a {@code status} and a {@code path}.
     */
    public Optional<String> words() {
        JsonNode json = json();
        JsonNode error = json.path("error");
        JsonNode words = error.isObject() ? error.path("message") : error;
        boolean anothers =
                error.isTextual()
                        && Stream.of("status", "statusCode", "message", "path").anyMatch(json::has);
        return words.isTextual() && !anothers ? Optional.of(words.asText()) : Optional.empty();
    }
}
