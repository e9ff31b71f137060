package dev.aicortex.catalogue;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;

/**
 * A text that is mostly the one before, as a model's digest is on each of its servers: no string is
 * made of it again.
 */
final class Repeated {
    private String last = "";
    private char[] letters = {};

    /** The text that the parser is at. */
    String text(JsonParser in) throws IOException {
        char[] text = in.getTextCharacters();
        int start = in.getTextOffset();
        int end = start + in.getTextLength();
        if (!Arrays.equals(text, start, end, letters, 0, letters.length)) {
            letters = Arrays.copyOfRange(text, start, end);
            last = new String(letters);
        }
        return last;
    }
}
