package dev.aicortex.cli;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. */
final class EventReader implements Closeable {
    /** Characters of one event: more than any answer has. */
    private static final int LONGEST = 64 << 20;

    private final BufferedReader lines;
    private final int longest;
    private boolean afterReturn;

    EventReader(InputStream stream) {
        this(stream, LONGEST);
    }

    EventReader(InputStream stream, int longest) {
        this.longest = longest;
        lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** One event; its name is {@code message} unless it says otherwise. */
    record Event(String name, String data) {
        private static final String DEFAULT_NAME = "message";
    }

    /**
     * The next event that has data, or null at the end. Looser than the standard in one point: the
     * last event counts without its empty line, because some servers end on {@code data: [DONE]}.
     */
    @Nullable Event next() throws IOException {
        String name = Event.DEFAULT_NAME;
        List<String> data = new ArrayList<>();
        int length = 0;
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("data:")) {
                data.add(value(line));
                length += line.length();
                if (length > longest) {
                    throw endless();
                }
            } else if (line.startsWith("event:")) {
                name = value(line);
            } else if (line.isEmpty() && !data.isEmpty()) {
                break;
            } else if (line.isEmpty()) {
                name = Event.DEFAULT_NAME;
            }
        }
        return data.isEmpty() ? null : new Event(name, String.join("\n", data));
    }

    /** A line without its end, which is a line feed, a return, or both; null behind the last. */
    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            boolean second = next == '\n' && afterReturn;
            afterReturn = next == '\r';
            if (next == '\r' || (next == '\n' && !second)) {
                return line.toString();
            }
            if (!second) {
                line.append((char) next);
            }
            if (line.length() > longest) {
                throw endless();
            }
        }
        return line.isEmpty() ? null : line.toString();
    }

    private static IOException endless() {
        return new IOException("an event of the stream has no end");
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
