package dev.aicortex.gateway.calls;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Puts the lines of an NDJSON stream together, however it was cut on its way. */
public final class Lines {
    private static final byte END = '\n';

    private Buffer held = Buffer.buffer(0);

    /** The lines that are whole now, without their ends; blank ones are left out. */
    public List<Buffer> accept(Buffer chunk) {
        List<Buffer> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < chunk.length(); i++) {
            if (chunk.getByte(i) == END) {
                add(lines, held.appendBuffer(chunk, start, i - start));
                held = Buffer.buffer(0);
                start = i + 1;
            }
        }
        held.appendBuffer(chunk, start, chunk.length() - start);
        return lines;
    }

    /** How much of a line has come whose end has not. */
    public int heldLength() {
        return held.length();
    }

    /** What is left at the end: a last line may lack its line feed. */
    public List<Buffer> rest() {
        List<Buffer> lines = new ArrayList<>();
        add(lines, held);
        held = Buffer.buffer(0);
        return lines;
    }

    private static void add(List<Buffer> lines, Buffer line) {
        if (!blank(line)) {
            lines.add(line);
        }
    }

    private static boolean blank(Buffer line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.getUnsignedByte(i) > ' ') {
                return false;
            }
        }
        return true;
    }
}
