package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells a request that only wants its model out of the memory from one that wants an answer: it has
 * {@code "keep_alive":0} and nothing to answer, as {@code ollama stop} sends it.
 */
final class Unload {
    /** Of a duration as Go writes it: {@code 1h30m}, {@code .5s}. */
    private static final Pattern PART =
            Pattern.compile("\\G(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private static final double SECOND_NANOS = 1e9;

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

    /** What is shorter than a nanosecond is nothing to a server; what is negative is for ever. */
    private static boolean isZero(JsonParser json, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    json.getDoubleValue() <= 0
                            ? json.getDoubleValue() == 0
                            : json.getDoubleValue() * SECOND_NANOS < 1;
            case VALUE_STRING -> isZero(json.getText());
            default -> false;
        };
    }

    /** One that is no duration is for the server to refuse. */
    static boolean isZero(String text) {
        String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        Matcher part = PART.matcher(unsigned);
        int end = 0;
        while (part.find() && isNothing(part)) {
            end = part.end();
        }
        return unsigned.equals("0") || (end > 0 && end == unsigned.length());
    }

    private static boolean isNothing(MatchResult part) {
        double nanos =
                switch (part.group(2)) {
                    case "h" -> 3_600 * SECOND_NANOS;
                    case "m" -> 60 * SECOND_NANOS;
                    case "s" -> SECOND_NANOS;
                    case "ms" -> 1e6;
                    case "us", "µs", "μs" -> 1e3;
                    default -> 1;
                };
        return Double.parseDouble(part.group(1)) * nanos < 1;
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
