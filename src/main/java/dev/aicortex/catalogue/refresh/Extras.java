package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a file that are not ours. */
final class Extras {
    private Extras() {}

    /** Those of both; where both have one, {@code first} wins. */
    static Map<String, JsonNode> both(Map<String, JsonNode> first, Map<String, JsonNode> second) {
        Map<String, JsonNode> both = new LinkedHashMap<>(first);
        second.forEach(both::putIfAbsent);
        return both.isEmpty() ? Map.of() : both;
    }
}
