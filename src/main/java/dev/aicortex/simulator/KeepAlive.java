package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a model stays loaded after a request: a number of seconds or a Go duration; negative =
 * for good.
 */
final class KeepAlive {
    private static final Duration USUAL = Duration.ofMinutes(5);
    private static final Duration FOR_GOOD = Duration.ofDays(36_500);
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)");
    private static final Map<String, Double> SECONDS =
            Map.of("h", 3_600.0, "m", 60.0, "s", 1.0, "ms", 0.001);

    private KeepAlive() {}

    static Duration of(JsonNode value) {
        if (value.isMissingNode()) {
            return USUAL;
        }
        double seconds = value.isNumber() ? value.asDouble() : seconds(value.asText());
        return seconds < 0 ? FOR_GOOD : Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static double seconds(String text) {
        double seconds = 0;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            seconds +=
                    Double.parseDouble(parts.group(1)) * SECONDS.getOrDefault(parts.group(2), 1.0);
        }
        return text.startsWith("-") ? -1 : seconds;
    }
}
