package dev.aicortex.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How many tokens the prompt of a request may have, whatever its dialect. */
public final class PromptLength {
    private static final List<String> SAID =
            List.of("messages", "prompt", "suffix", "input", "system", "instructions");

    /** In which the dialects hold pictures and sound. */
    private static final Set<String> IMAGES =
            Set.of("images", "image_url", "source", "input_audio", "file_data");

    private PromptLength() {}

    /** A guess, as {@link Truncation#estimate} makes it; images do not count. Closes the body. */
    public static long estimate(InputStream body) throws IOException {
        BodyTree tree = BodyTree.read(body);
        long characters = characters(tree.get("tools"), true);
        for (String field : SAID) {
            characters += characters(tree.get(field), false);
        }
        return Truncation.estimate(characters);
    }

    /**
     * The characters of all strings in a tree but images; of long ones the bytes, since they are
     * not read.
     *
     * @param names whether the names of fields count too
     */
    private static long characters(JsonNode tree, boolean names) {
        if (tree instanceof POJONode longOne) {
            return (long) longOne.getPojo();
        }
        long sum = tree.isTextual() ? tree.textValue().length() : 0;
        for (Map.Entry<String, JsonNode> field : tree.properties()) {
            if (names || !IMAGES.contains(field.getKey())) {
                sum += names ? field.getKey().length() : 0;
                sum += characters(field.getValue(), names);
            }
        }
        if (tree.isArray()) {
            for (JsonNode element : tree) {
                sum += characters(element, names);
            }
        }
        return sum;
    }
}
