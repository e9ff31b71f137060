package dev.aicortex.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON as the commands read and print it: one document on one line. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Jackson escapes those below a space only; a terminal obeys these too. */
    private static final Pattern UNESCAPED_CONTROLS =
            Pattern.compile("[\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]");

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** The document, or a missing node when the text is none. */
    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }

    /** What Jackson makes of a value, or a document as it is. */
    static String line(Object value) {
        try {
            String text = MAPPER.writeValueAsString(value);
            return UNESCAPED_CONTROLS
                    .matcher(text)
                    .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts of a list. */
    static String words(JsonNode list, String between) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.joining(between));
    }

    /** The message of {@code {"error":{"message":"…"}}} or of {@code {"error":"…"}}. */
    static Optional<String> errorText(String body) {
        JsonNode error = parse(body).path("error");
        JsonNode message = error.isObject() ? error.path("message") : error;
        return message.isTextual() ? Optional.of(message.textValue()) : Optional.empty();
    }
}
