package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A JSON text that satisfies a schema: each required property, of its type. */
final class JsonSample {
    private JsonSample() {}

    static String of(JsonNode schema) {
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0).toString();
        }
        return switch (schema.path("type").asText("object")) {
            case "string" -> "\"Paris\"";
            case "integer", "number" -> "7";
            case "boolean" -> "true";
            case "array" -> "[" + (schema.has("items") ? of(schema.path("items")) : "") + "]";
            case "null" -> "null";
            default -> object(schema);
        };
    }

    private static String object(JsonNode schema) {
        List<String> fields = new ArrayList<>();
        names(schema)
                .forEach(name ->
                        fields.add(
                                GoJson.quote(name)
                                        + ": "
                                        + of(schema.path("properties").path(name))));
        return "{" + String.join(", ", fields) + "}";
    }

    private static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        if (schema.path("required").isArray()) {
            schema.path("required").forEach(name -> names.add(name.asText()));
        } else {
            schema.path("properties").fieldNames().forEachRemaining(names::add);
        }
        return names;
    }
}
