package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** The form that an answer must have. */
final class Format {
    private Format() {}

    /**
     * The native {@code format}; missing for plain text.
     *
     * @param asked with its {@code type}
     * @param holder what has the {@code schema}
     */
    static JsonNode of(Fields asked, Fields holder) {
        return switch (asked.word("type").strip().toLowerCase(Locale.ROOT)) {
            case "json_object" -> Json.NODES.textNode("json");
            case "json_schema" -> holder.get("schema");
            default -> Json.NODES.missingNode();
        };
    }
}
