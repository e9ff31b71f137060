package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a prompt stand in a JSON body, in the order in which a model reads them: what
 * is said once, then turn by turn. Only places are kept; nobody has to read the parts for that.
 */
public final class PromptPlaces {
    /** Of a string only the start is known: it is skipped unread. */
    public static final int OPEN = -1;

    /** Further messages are one part with the last of these. */
    private static final int MOST_TURNS = 512;

    private final List<Part> once = new ArrayList<>(2);
    private final List<Part> turns = new ArrayList<>();
    private int key = OPEN;

    /**
     * Bytes of the body.
     *
     * @param end behind the last one; {@link #OPEN} for a string, which ends with its quote
     */
    record Part(int start, int end) {}

    /** As a model reads them. */
    public List<Part> parts() {
        List<Part> all = new ArrayList<>(once);
        all.addAll(turns);
        return all;
    }

    /** Whether nothing has been answered yet: there is a question, and perhaps a system's words. */
    public boolean begins() {
        return turns.size() <= 2;
    }

    /** The start of a string that requests which belong together have in common, or OPEN. */
    public int key() {
        return key;
    }

    /** A string that says which requests belong together; the first of two kinds counts. */
    void key(JsonParser json, JsonToken value, boolean preferred) {
        if (value == JsonToken.VALUE_STRING && (preferred || key == OPEN)) {
            key = start(json);
        }
    }

    /** What the system is told before the conversation; the parser skips it, or looks into it. */
    void system(JsonParser json, JsonToken value, StrippedLines lines) throws IOException {
        int start = start(json);
        lines.prompt(json, value);
        once.add(part(start, json, value));
    }

    /** What else is said before it; the parser has read it. */
    void once(int start, JsonParser json) {
        once.add(new Part(start, end(json)));
    }

    /**
     * A conversation, or a prompt.
     *
     * @return whether a list has elements
     */
    boolean turns(JsonParser json, JsonToken value, StrippedLines lines) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            turns.add(part(start(json), json, value));
            return false;
        }
        boolean some = false;
        JsonToken next = json.nextToken();
        while (next != JsonToken.END_ARRAY) {
            if (some) {
                lines.next(json);
            }
            turn(json, next, some ? null : lines);
            some = true;
            next = json.nextToken();
        }
        lines.end();
        return some;
    }

    /**
     * @param lines what looks into the first one; null for others
     */
    private void turn(JsonParser json, JsonToken value, @Nullable StrippedLines lines)
            throws IOException {
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        int start = start(json);
        if (lines != null) {
            lines.message(json, start);
        }
        Part part = part(start, json, value);
        boolean room = turns.size() < MOST_TURNS;
        turns.add(room ? part : new Part(turns.removeLast().start(), part.end()));
    }

    private static Part part(int start, JsonParser json, JsonToken value) throws IOException {
        json.skipChildren(); // does nothing when it has been looked into
        int end =
                switch (value) {
                    case START_OBJECT, START_ARRAY -> end(json);
                    case VALUE_STRING -> OPEN;
                    default -> start; // null, a number or a flag is no prompt
                };
        return new Part(start, end);
    }

    /** The same in a body from which something was cut out. */
    public PromptPlaces without(List<Splice> cuts) {
        PromptPlaces left = new PromptPlaces();
        once.forEach(part -> left(part, cuts).ifPresent(left.once::add));
        turns.forEach(part -> left(part, cuts).ifPresent(left.turns::add));
        left.key = key == OPEN ? OPEN : left(key, cuts);
        return left;
    }

    private static Optional<Part> left(Part part, List<Splice> cuts) {
        int start = left(part.start, cuts);
        int end = part.end == OPEN ? OPEN : left(part.end, cuts);
        return start == end ? Optional.empty() : Optional.of(new Part(start, end));
    }

    private static int left(int at, List<Splice> cuts) {
        long before = 0;
        for (Splice cut : cuts) {
            Segment.Range range = cut.range();
            before += Math.max(0, Math.min(at, range.end()) - range.start());
        }
        return (int) (at - before);
    }

    static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getByteOffset();
    }

    static int end(JsonParser json) {
        return (int) json.currentLocation().getByteOffset();
    }
}
