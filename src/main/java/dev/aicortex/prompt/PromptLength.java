package dev.aicortex.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.prompt.BodyTree.LongString;
import java.io.IOException;
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

    /** A guess, as {@link Truncation#estimate} makes it; images do not count. */
    public static long estimate(InputSource body) throws IOException {
        Fields fields = new Fields(BodyTree.read(body), "");
        long characters = characters(fields.get("tools"), true);
        for (String field : SAID) {
            characters += characters(fields.get(field), false);
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
        LongString longOne = LongString.in(tree);
        if (longOne != null) {
            return longOne.length();
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
