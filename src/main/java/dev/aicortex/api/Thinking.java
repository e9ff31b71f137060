package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;

/**
 * Whether a model thinks before it answers. A model without the capability {@code thinking} refuses
 * everything but {@link #OFF}.
 */
public enum Thinking {
    OFF,
    ON,
    /** Levels are for models that know them, such as gpt-oss. */
    LOW,
    MEDIUM,
    HIGH;

    JsonNode json() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (this) {
            case OFF -> json.booleanNode(false);
            case ON -> json.booleanNode(true);
            case LOW, MEDIUM, HIGH -> json.textNode(name().toLowerCase(Locale.ROOT));
        };
    }
}
