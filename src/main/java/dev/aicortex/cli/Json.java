package dev.aicortex.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON as the commands read and print it: one document on one line. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Jackson escapes those below a space only; a terminal obeys these too. */
    private static final Pattern UNESCAPED_CONTROLS = Pattern.compile("[\\x7f-\\x9f]");

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The document, or a missing node when the text is none. */
    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }

    /** The document that Jackson makes of a value. */
    static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    static String line(JsonNode document) {
        try {
            String text = MAPPER.writeValueAsString(document);
            return UNESCAPED_CONTROLS
                    .matcher(text)
                    .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The texts of a list, as people write lists. */
    static String words(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
    }

    /** The message of {@code {"error":{"message":"…"}}} or of {@code {"error":"…"}}. */
    static Optional<String> errorText(JsonNode body) {
        JsonNode error = body.path("error");
        JsonNode message = error.isObject() ? error.path("message") : error;
        return message.isTextual() ? Optional.of(message.textValue()) : Optional.empty();
    }
}
