package dev.aicortex.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * Takes the event with the token counts out of a stream of OpenAI's kind: the gateway asked for it,
 * its client did not. It is the only event that has counts and no choice.
 */
public final class UsageFilter implements Rewriting {
    private static final LinesWith USAGE = new LinesWith("usage");

    private boolean eventGoes;

    @Override
    public Buffer lines(Buffer lines) {
        int first = eventGoes ? 0 : USAGE.first(lines);
        if (first == lines.length()) {
            return lines;
        }
        Buffer out = Buffer.buffer(lines.length()).appendBuffer(lines, 0, first);
        int end;
        for (int start = first; start < lines.length(); start = end) {
            end = LinesWith.lineEnd(lines, start);
            if (!goes(lines, start, end)) {
                out.appendBuffer(lines, start, end - start);
            }
        }
        return out;
    }

    /** The blank line that ends the event goes with it. */
    private boolean goes(Buffer lines, int start, int end) {
        if (eventGoes) {
            eventGoes = false;
            return lines.getByte(start) == '\n' || lines.getByte(start) == '\r';
        }
        eventGoes = USAGE.in(lines, start, end) && onlyCounts(lines.getBytes(start, end));
        return eventGoes;
    }

    private static boolean onlyCounts(byte[] line) {
        int brace = LinesWith.brace(line);
        return brace >= 0 && LinesWith.read(line, brace, UsageFilter::onlyCounts, false);
    }

    private static boolean onlyCounts(JsonParser json) throws IOException {
        boolean counts = false;
        boolean noChoice = false;
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("usage")) {
                counts = value == JsonToken.START_OBJECT;
            } else if (field.equals("choices")) {
                noChoice =
                        value == JsonToken.START_ARRAY && json.nextToken() == JsonToken.END_ARRAY;
                if (!noChoice) {
                    return false;
                }
            }
            json.skipChildren();
        }
        return counts && noChoice;
    }
}
