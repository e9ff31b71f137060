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
    private final BufferedReader lines;

    EventReader(InputStream stream) {
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
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                data.add(value(line));
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

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
