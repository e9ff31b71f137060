package dev.aicortex.relay;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;

/**
 * Takes the event with the token counts out of a stream of OpenAI's kind: the gateway asked for it,
 * its client did not. It is the only event without a choice.
 */
public final class UsageFilter implements Rewriting {
    private static final byte[] NO_CHOICE = {'"', 'c', 'h', 'o', 'i', 'c', 'e', 's', '"', ':', '['};

    private boolean eventGoes;

    @Override
    public Buffer lines(Buffer lines) {
        int at = noChoice(lines);
        if (at < 0) {
            return eventGoes ? withoutBlankLine(lines) : lines;
        }
        int start = lineStart(lines, at);
        int end = lineEnd(lines, at);
        eventGoes = true;
        Buffer after = withoutBlankLine(lines.slice(end, lines.length()));
        return Buffer.buffer(start + after.length())
                .appendBuffer(lines, 0, start)
                .appendBuffer(after);
    }

    /** The blank line that ends the event goes with it. */
    private Buffer withoutBlankLine(Buffer lines) {
        if (lines.length() == 0) {
            return lines;
        }
        eventGoes = false;
        int blank = lines.getByte(0) == '\r' && lines.length() > 1 ? 1 : 0;
        return lines.getByte(blank) == '\n' ? lines.slice(blank + 1, lines.length()) : lines;
    }

    /** Where {@code "choices":[]} stands; -1 when nowhere. */
    @SuppressWarnings("deprecation") // the fast search that Vert.x 4 has
    private static int noChoice(Buffer lines) {
        ByteBuf bytes = lines.getByteBuf();
        int end = lines.length();
        int at = bytes.indexOf(0, end, (byte) ']');
        while (at >= 0) {
            if (endsHere(lines, at)) {
                return at;
            }
            at = at + 1 < end ? bytes.indexOf(at + 1, end, (byte) ']') : -1;
        }
        return -1;
    }

    private static boolean endsHere(Buffer lines, int at) {
        if (at < NO_CHOICE.length) {
            return false;
        }
        for (int i = 0; i < NO_CHOICE.length; i++) {
            if (lines.getByte(at - NO_CHOICE.length + i) != NO_CHOICE[i]) {
                return false;
            }
        }
        return true;
    }

    private static int lineStart(Buffer lines, int at) {
        int start = at;
        while (start > 0 && lines.getByte(start - 1) != '\n') {
            start--;
        }
        return start;
    }

    private static int lineEnd(Buffer lines, int at) {
        int end = at;
        while (end < lines.length() && lines.getByte(end) != '\n') {
            end++;
        }
        return Math.min(end + 1, lines.length());
    }
}
