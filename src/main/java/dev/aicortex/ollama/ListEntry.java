package dev.aicortex.ollama;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One model of a list as its server wrote it, fields that nobody here knows included. */
final class ListEntry {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ListEntry() {}

    /** The same with the one of its two names as the other, when it has one only. */
    static String named(String entry, @Nullable String name, @Nullable String model) {
        if (name == null && model != null) {
            return with(entry, Map.of("name", model));
        }
        return name != null && model == null ? with(entry, Map.of("model", name)) : entry;
    }

    /** The same with these texts as fields: in the place of those that it has, else behind them. */
    static String with(String entry, Map<String, String> texts) {
        Map<String, String> missing = new LinkedHashMap<>(texts);
        StringBuilder changed = new StringBuilder(entry.length() + 64);
        int copied = 0;
        boolean empty = true;
        try (JsonParser json = FACTORY.createParser(entry)) {
            json.nextToken();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                empty = false;
                int start = (int) json.currentTokenLocation().getCharOffset();
                String text = texts.get(field);
                json.skipChildren();
                if (text != null) {
                    json.finishToken();
                    changed.append(entry, copied, start).append(quoted(text));
                    copied = (int) json.currentLocation().getCharOffset();
                    missing.remove(field);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it was read before
        }
        int end = entry.lastIndexOf('}');
        changed.append(entry, copied, end);
        for (Map.Entry<String, String> text : missing.entrySet()) {
            changed.append(empty ? "" : ",")
                    .append(quoted(text.getKey()))
                    .append(':')
                    .append(quoted(text.getValue()));
            empty = false;
        }
        return changed.append(entry, end, entry.length()).toString();
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
