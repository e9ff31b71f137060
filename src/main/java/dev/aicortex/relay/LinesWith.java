package dev.aicortex.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The lines of a stream that may have a field, by the bytes of its name in quotes: only these are
 * read as JSON, so that all others cost next to nothing.
 */
final class LinesWith {
    private static final JsonFactory JSON = new JsonFactory();

    private final String name;

    LinesWith(String field) {
        this.name = '"' + field + '"';
    }

    /** Whether any of them does. */
    boolean in(Buffer lines) {
        return lines.toString(StandardCharsets.ISO_8859_1).contains(name);
    }

    /** Where the first of them begins; behind all lines when none does. */
    int first(Buffer lines) {
        String text = lines.toString(StandardCharsets.ISO_8859_1);
        int at = text.indexOf(name);
        return at < 0 ? lines.length() : text.lastIndexOf('\n', at) + 1;
    }

    boolean in(Buffer lines, int start, int end) {
        return lines.getString(start, end, "ISO-8859-1").contains(name);
    }

    /** Behind the line's end. */
    static int lineEnd(Buffer lines, int start) {
        int end = start;
        while (end < lines.length() && lines.getByte(end) != '\n') {
            end++;
        }
        return Math.min(end + 1, lines.length());
    }

    /** Something that is looked for in a JSON object. */
    interface Reading<T> {
        /** The parser is before the object. */
        T read(JsonParser json) throws IOException;
    }

    /**
     * Reads the JSON object that begins with the first brace of a line, or of a document.
     *
     * @return {@code otherwise} when there is none
     */
    static <T> T read(byte[] line, int brace, Reading<T> reading, T otherwise) {
        try (JsonParser json = JSON.createParser(line, brace, line.length - brace)) {
            return reading.read(json);
        } catch (IOException e) {
            return otherwise; // no JSON passes as it is
        }
    }

    /** Where the first one stands; -1 when nowhere. */
    static int brace(byte[] line) {
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '{') {
                return i;
            }
        }
        return -1;
    }
}
