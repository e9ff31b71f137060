package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code keep_alive}, which says how long a model is to stay in memory. */
final class KeepAlive {
    private static final double SECOND_NANOS = 1e9;

    /** Of a duration as Go writes it: {@code 1h30m}, {@code .5s}. */
    private static final Pattern PART =
            Pattern.compile("\\G(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private KeepAlive() {}

    /**
     * Whether the model is to leave at once. What is shorter than a nanosecond is nothing to a
     * server; what is negative is for ever.
     */
    static boolean isZero(JsonParser json, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> isZero(json.getDoubleValue());
            case VALUE_STRING -> isZero(json.getText());
            default -> false;
        };
    }

    private static boolean isZero(double seconds) {
        return seconds == 0 || (seconds > 0 && seconds * SECOND_NANOS < 1);
    }

    /** One that is no duration is for the server to refuse. */
    private static boolean isZero(String text) {
        String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        Matcher part = PART.matcher(unsigned);
        int end = 0;
        while (part.find() && nanos(part) < 1) {
            end = part.end();
        }
        return unsigned.equals("0") || (end > 0 && end == unsigned.length());
    }

    private static double nanos(Matcher part) {
        double unit =
                switch (part.group(2)) {
                    case "h" -> 3_600 * SECOND_NANOS;
                    case "m" -> 60 * SECOND_NANOS;
                    case "s" -> SECOND_NANOS;
                    case "ms" -> 1e6;
                    case "ns" -> 1;
                    default -> 1e3; // there are two signs for micro
                };
        return Double.parseDouble(part.group(1)) * unit;
    }
}
