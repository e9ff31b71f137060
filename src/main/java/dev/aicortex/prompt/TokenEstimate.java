package dev.aicortex.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * How many tokens a request of Anthropic's dialect may have. Servers count only what they run, so
 * this goes by length: a token for four bytes, which fits English text of one byte a letter as well
 * as scripts that need two or three a letter and have fewer letters a token.
 */
public final class TokenEstimate {
    private static final int BYTES_A_TOKEN = 4;

    /** What a chat template puts around each message. */
    private static final int A_MESSAGE = 4;

    /** About what the largest image costs that is not scaled down (1.15 megapixels). */
    private static final int AN_IMAGE = 1_600;

    /** What no model gets to read. */
    private static final Set<String> UNSAID =
            Set.of(
                    "type",
                    "role",
                    "id",
                    "tool_use_id",
                    "signature",
                    "cache_control",
                    "citations",
                    "is_error",
                    "media_type");

    private long bytes;
    private long images;

    private TokenEstimate() {}

    /**
     * Estimates the tokens of {@code system}, {@code messages} and {@code tools}; closes the body.
     *
     * @throws ValidationException when there are no messages, or one is no object
     */
    public static long of(InputStream body) throws IOException {
        BodyTree tree = BodyTree.read(body);
        JsonNode messages = tree.list("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).isObject()) {
                throw new ValidationException("'messages[%d]' must be an object".formatted(i));
            }
        }
        if (messages.isEmpty()) {
            throw new ValidationException("'messages' is empty; send at least one message");
        }
        TokenEstimate sum = new TokenEstimate();
        sum.say(tree.get("system"));
        sum.say(messages);
        tree.list("tools").forEach(sum::write);
        return Math.ceilDiv(sum.bytes, BYTES_A_TOKEN)
                + (long) messages.size() * A_MESSAGE
                + sum.images * AN_IMAGE;
    }

    /** What is read as text. */
    private void say(JsonNode value) {
        if (value instanceof ObjectNode object) {
            sayObject(object);
        } else if (value.isArray()) {
            value.forEach(this::say);
        } else {
            bytes += length(value);
        }
    }

    private void sayObject(ObjectNode object) {
        if (isMedia(object.path("source"))) {
            images++;
            return;
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().equals("input")) {
                write(field.getValue());
            } else if (!UNSAID.contains(field.getKey())) {
                say(field.getValue());
            }
        }
    }

    /** A picture or a file, in whatever way it comes; not a text in a document. */
    private static boolean isMedia(JsonNode source) {
        return source.isObject()
                && !Set.of("text", "content").contains(source.path("type").asText());
    }

    /** What is read as JSON: tools and what they were called with. */
    private void write(JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                bytes += field.getKey().length() + 4; // quotes, colon and comma
                write(field.getValue());
            }
        } else if (value.isArray()) {
            value.forEach(this::write);
        } else {
            bytes += length(value);
        }
        bytes += 2; // brackets or quotes
    }

    private static long length(JsonNode value) {
        return value instanceof POJONode longOne
                ? (long) longOne.getPojo()
                : value.asText("").getBytes(StandardCharsets.UTF_8).length;
    }
}
