package dev.aicortex.prompt;

import java.io.IOException;
import java.util.List;

/** How many tokens the prompt of a request may have, whatever its dialect. */
public final class PromptLength {
    private static final List<String> SAID =
            List.of("messages", "prompt", "suffix", "input", "system", "instructions");

    private PromptLength() {}

    /** A guess, as {@link Truncation#estimate} makes it; images do not count. */
    public static long estimate(InputSource body) throws IOException {
        Fields fields = new Fields(BodyTree.read(body), "");
        long characters = Texts.characters(fields.get("tools"), true);
        for (String field : SAID) {
            characters += Texts.characters(fields.get(field), false);
        }
        return Truncation.estimate(characters);
    }
}
