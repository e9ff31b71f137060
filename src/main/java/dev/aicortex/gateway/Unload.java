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

    /** How long the model is to stay in memory. */
    void keepAlive(JsonParser json, JsonToken value) throws IOException {
        zero = isZero(json, value);
        json.skipChildren();
    }

    /** Of a prompt only the place is kept: it may be long. */
    void prompt(JsonParser json, JsonToken value) {
        prompt = value == JsonToken.VALUE_STRING ? json.currentTokenLocation().getByteOffset() : -1;
    }

    /** Whether there are messages. */
    void messages(boolean some) {
        messages = some;
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
