package dev.aicortex.gateway;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * Tells a request that only wants its model out of the memory from one that wants an answer: it has
 * {@code "keep_alive":0} and nothing to answer, as {@code ollama stop} sends it.
 */
final class Unload {
    private static final Pattern ZERO = Pattern.compile("[-+]?0+(\\.0+)?(ns|us|µs|ms|s|m|h)?");

    private boolean zero;
    private boolean messages;
    private long prompt = -1;

    /** Takes the value of one of {@code prompt}, {@code messages}, {@code keep_alive}. */
    void read(String field, JsonParser json, JsonToken value) throws IOException {
        switch (field) {
            case "keep_alive" -> zero = isZero(json, value);
            case "prompt" -> prompt = start(json, value);
            default -> messages = value == JsonToken.START_ARRAY && hasElements(json);
        }
        json.skipChildren();
    }

    /** Of a prompt only the place is kept: it may be long. */
    private static long start(JsonParser json, JsonToken value) {
        return value == JsonToken.VALUE_STRING ? json.currentTokenLocation().getByteOffset() : -1;
    }

    private static boolean hasElements(JsonParser json) throws IOException {
        boolean some = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            some = true;
            json.skipChildren();
        }
        return some;
    }

    private static boolean isZero(JsonParser json, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue() == 0;
            case VALUE_STRING -> ZERO.matcher(json.getText().strip()).matches();
            default -> false;
        };
    }

    boolean wanted(Endpoint endpoint, RequestBody body) throws IOException {
        return switch (endpoint) {
            case CHAT -> zero && !messages;
            case GENERATE -> zero && !hasPrompt(body);
            default -> false;
        };
    }

    private boolean hasPrompt(RequestBody body) throws IOException {
        if (prompt < 0) {
            return false;
        }
        try (InputStream in = body.open()) {
            in.skipNBytes(prompt + 1);
            return in.read() != '"';
        }
    }
}
