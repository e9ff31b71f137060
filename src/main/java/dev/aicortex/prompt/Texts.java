package dev.aicortex.prompt;

import static com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** How long the texts in a tree are. */
final class Texts {
    /** In which the dialects hold pictures and sound. */
    private static final Set<String> IMAGES =
            Set.of("images", "image_url", "source", "input_audio", "file_data");

    private Texts() {}

    /**
     * The characters of all strings in a tree but images; of long ones the bytes, since they are
     * not read.
     *
     * @param names whether the names of fields count too
     */
    static long characters(JsonNode tree, boolean names) {
        LongString longOne = LongString.in(tree);
        if (longOne != null) {
            return longOne.length();
        }
        long sum = tree.isTextual() ? tree.textValue().length() : 0;
        for (JsonNode element : tree.isArray() ? tree : instance.arrayNode()) {
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
}
