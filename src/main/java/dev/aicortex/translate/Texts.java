package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.translate.Spliced.Joined;
import dev.aicortex.translate.Spliced.LongString;
import dev.aicortex.translate.Spliced.RawJson;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Strings of which some stay in the client's body. */
final class Texts {
    /** In which the dialects hold pictures and sound. */
    private static final Set<String> IMAGES =
            Set.of("images", "image_url", "source", "input_audio", "file_data");

    private Texts() {}

    static JsonNode orEmpty(JsonNode text) {
        return text.isMissingNode() ? Json.NODES.textNode("") : text;
    }

    /** All of them as one string; the empty one when there are none. */
    static JsonNode joined(List<JsonNode> parts) {
        return switch (parts.size()) {
            case 0 -> Json.NODES.textNode("");
            case 1 -> parts.getFirst();
            default -> new Joined(List.copyOf(parts)).node();
        };
    }

    /** Whether a tree has a string that is not held. */
    static boolean hasLong(JsonNode tree) {
        if (Spliced.in(tree) != null) {
            return true;
        }
        for (JsonNode child : tree) {
            if (hasLong(child)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The characters of all strings in a tree but images; of long ones the bytes, since they are
     * not read.
     *
     * @param names whether the names of fields count too
     */
    static long characters(JsonNode tree, boolean names) {
        Spliced spliced = Spliced.in(tree);
        if (spliced != null) {
            return characters(spliced);
        }
        long sum = tree.isTextual() ? tree.textValue().length() : 0;
        for (JsonNode element : tree.isArray() ? tree : Json.array()) {
            sum += characters(element, names);
        }
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            sum += characters(field, names);
        }
        return sum;
    }

    private static long characters(Map.Entry<String, JsonNode> field, boolean names) {
        if (!names && IMAGES.contains(field.getKey())) {
            return 0;
        }
        return (names ? field.getKey().length() : 0) + characters(field.getValue(), names);
    }

    private static long characters(Spliced spliced) {
        return switch (spliced) {
            case LongString string -> string.length();
            case RawJson(String json) -> json.length();
            case Joined(List<JsonNode> parts) ->
                    parts.stream().mapToLong(part -> characters(part, false)).sum();
        };
    }
}
