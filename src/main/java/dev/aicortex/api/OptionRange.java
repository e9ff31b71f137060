package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import java.util.Map;

/**
 * What a sampling option may be. Ollama itself takes anything and answers with nonsense or a 500.
 *
 * @param whole whether it has to be an integer
 */
record OptionRange(double least, double most, boolean whole) {
    private static final double ANY = Integer.MAX_VALUE;

    /** The meanings are those of Ollama's Modelfile reference; other options pass as they are. */
    private static final Map<String, OptionRange> KNOWN =
            Map.of(
                    "temperature", new OptionRange(0, 2, false),
                    "top_p", new OptionRange(0, 1, false),
                    "top_k", new OptionRange(0, ANY, true),
                    "min_p", new OptionRange(0, 1, false),
                    "seed", new OptionRange(Integer.MIN_VALUE, ANY, true),
                    "num_ctx", new OptionRange(1, ANY, true),
                    "num_predict", new OptionRange(-2, ANY, true),
                    "repeat_penalty", new OptionRange(0, 10, false));

    /**
     * Checks one option.
     *
     * @throws ValidationException when its value is not one that a server could use
     */
    static void check(String name, JsonNode value) {
        if (name.isBlank()) {
            throw ValidationException.of("options", name, "is no name", "name the option");
        }
        OptionRange range = KNOWN.get(name);
        if (range != null && !range.holds(value)) {
            throw ValidationException.of(
                    name, value.asText(), "is out of range", "choose " + range.text());
        }
    }

    private boolean holds(JsonNode value) {
        boolean kind = whole ? value.isIntegralNumber() : value.isNumber();
        return kind && value.doubleValue() >= least && value.doubleValue() <= most;
    }

    private String text() {
        String kind = whole ? "a whole number" : "a number";
        return most == ANY
                ? "%s of at least %s".formatted(kind, shown(least))
                : "%s from %s to %s".formatted(kind, shown(least), shown(most));
    }

    private static String shown(double bound) {
        return Long.toString((long) bound);
    }
}
