package dev.aicortex.gateway.request;

import dev.aicortex.dialect.WaitNote;
import dev.aicortex.model.Segment;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what the gateway itself said while a client waited, where the client sends it back as a
 * thought of the model's: no model is to read it.
 */
final class OwnNotes {
    private static final byte[] BEGIN = WaitNote.BEGIN.getBytes(StandardCharsets.US_ASCII);

    private OwnNotes() {}

    /**
     * What takes the notes out; may block when the body is in a file.
     *
     * @param thoughts where their strings start
     */
    static List<Splice> cuts(RequestBody body, List<Integer> thoughts) throws IOException {
        return thoughts.isEmpty() ? List.of() : body.read(bytes -> cuts(bytes, thoughts));
    }

    private static List<Splice> cuts(ByteBuf body, List<Integer> thoughts) {
        List<Splice> cuts = new ArrayList<>(0);
        for (int quote : thoughts) {
            int start = quote + 1;
            int end = start;
            for (int next = behind(body, end); next > end; next = behind(body, end)) {
                end = next;
            }
            if (end > start) {
                cuts.add(Splice.replace(new Segment.Range(start, end), ""));
            }
        }
        return cuts;
    }

    /** Behind the note that begins here, and its line end; here, where none does. */
    private static int behind(ByteBuf body, int start) {
        int at = start;
        for (byte b : BEGIN) {
            if (body.getByte(at++) != b) { // no further than the quote that ends the string
                return start;
            }
        }
        while (body.getByte(at) != WaitNote.END) {
            if (body.getByte(at) == '"') {
                return start;
            }
            at += body.getByte(at) == '\\' ? 2 : 1;
        }
        at++;
        return body.getByte(at) == '\\' && body.getByte(at + 1) == 'n' ? at + 2 : at;
    }
}
