package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where what one speaker says stands in a JSON body: a message, or a field such as {@code system}.
 *
 * @param role {@code user}, {@code system} …; empty when it is not told
 * @param start of the message; of a field, {@link #NOWHERE}
 */
record Said(String role, int start, List<Block> blocks) {
    static final int NOWHERE = -1;

    /** In a longer list nobody looks for anything: what is kept of a body has to stay small. */
    private static final int MOST_BLOCKS = 64;

    /**
     * A text.
     *
     * @param start of the list's element; NOWHERE for a string that stands in no list
     * @param text the start of its string; NOWHERE when it has none
     */
    record Block(int start, int end, int text) {}

    Said {
        blocks = List.copyOf(blocks);
    }

    /** A string, or a list of blocks; the parser is at the end of a list afterwards. */
    static List<Block> blocks(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return List.of(new Block(NOWHERE, NOWHERE, PromptPlaces.start(json)));
        }
        List<Block> blocks = new ArrayList<>(2);
        int all = 0;
        while (value == JsonToken.START_ARRAY && json.nextToken() != JsonToken.END_ARRAY) {
            Block block = block(json);
            if (all++ < MOST_BLOCKS) {
                blocks.add(block);
            }
        }
        return all > MOST_BLOCKS ? List.of() : blocks;
    }

    private static Block block(JsonParser json) throws IOException {
        int start = PromptPlaces.start(json);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return new Block(start, start, NOWHERE);
        }
        int text = NOWHERE;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean here = json.currentName().equals("text");
            JsonToken value = json.nextToken();
            if (here) {
                text = value == JsonToken.VALUE_STRING ? PromptPlaces.start(json) : NOWHERE;
            }
            json.skipChildren();
        }
        return new Block(start, PromptPlaces.end(json), text);
    }
}
