package dev.aicortex.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ValidationException;
import dev.aicortex.translate.Spliced.LongString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads long strings after all, where their text is needed: a tool call's arguments are a string at
 * the client and an object at the server. One body's texts have a budget together.
 */
final class LongTexts {
    private static final int BUDGET = 8 << 20;

    private final InputSource body;
    private long left = BUDGET;

    LongTexts(InputSource body) {
        this.body = body;
    }

    /**
     * The text of a string, long or not.
     *
     * @param at where it stands, for the error
     */
    String text(JsonNode string, String at) throws IOException {
        return Spliced.in(string) instanceof LongString longOne
                ? read(longOne, at)
                : string.asText();
    }

    private String read(LongString string, String at) throws IOException {
        left -= string.length();
        if (left < 0) {
            throw new ValidationException(
                    "%s: the long texts up to here have more than %d bytes, too many to translate for a server's own route; send less, or ask without a context length (num_ctx)"
                            .formatted(at, BUDGET));
        }
        try {
            return Json.MAPPER.readValue(quoted(string), String.class);
        } catch (JsonProcessingException e) {
            throw new ValidationException(at + " is not valid JSON", e);
        }
    }

    private byte[] quoted(LongString string) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write('"');
        try (InputStream in = body.open()) {
            in.skipNBytes(string.start());
            bytes.write(in.readNBytes((int) string.length()));
        }
        bytes.write('"');
        return bytes.toByteArray();
    }
}
