package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    private final List<Integer> thoughts = new ArrayList<>(0);
    private final BodyHints hints;
    private final StrippedLines lines;

    /**
     * Bytes of the body.
     *
     * @param end behind the last one; {@link #OPEN} for a string, which ends with its quote
     */
    record Part(int start, int end) {}

    PromptPlaces(BodyHints hints, StrippedLines lines) {
        this.hints = hints;
        this.lines = lines;
    }

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

    /** The starts of the strings that have the thoughts behind earlier answers. */
    List<Integer> thoughts() {
        return thoughts;
    }

    /** What the system is told before the conversation; the parser skips it, or looks into it. */
    void system(JsonParser json, JsonToken value) throws IOException {
        int start = start(json);
        Said said = new Said("system", Said.NOWHERE, Said.blocks(json, value));
        hints.said(said);
        lines.prompt(said);
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
    boolean turns(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            int start = start(json);
            hints.said(new Said("user", Said.NOWHERE, Said.blocks(json, value)));
            turns.add(part(start, json, value));
            return false;
        }
        boolean some = false;
        JsonToken next = json.nextToken();
        while (next != JsonToken.END_ARRAY) {
            some = true;
            turn(json, next);
            next = json.nextToken();
        }
        lines.end();
        return some;
    }

    private void turn(JsonParser json, JsonToken value) throws IOException {
        int start = start(json);
        if (value != JsonToken.START_OBJECT) {
            lines.message(new Said("", start, List.of()));
            json.skipChildren();
            return;
        }
        Said said = message(json, start);
        hints.message(said);
        lines.message(said);
        Part part = part(start, json, value);
        boolean room = turns.size() < MOST_TURNS;
        turns.add(room ? part : new Part(turns.removeLast().start(), part.end()));
    }

    /** The parser is at the object's end afterwards. */
    private Said message(JsonParser json, int start) throws IOException {
        boolean looks = turns.size() < BodyHints.MOST_MESSAGES;
        String role = "";
        List<Said.Block> blocks = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = RequestParser.folded(json.currentName());
            JsonToken value = json.nextToken();
            boolean string = value == JsonToken.VALUE_STRING;
            if (looks && string && field.equals("role")) {
                role = json.getText().toLowerCase(Locale.ROOT);
            } else if (looks && field.equals("content")) {
                blocks = Said.blocks(json, value);
            } else if (string && thoughts.size() < MOST_TURNS && isThought(field)) {
                thoughts.add(start(json));
            }
            json.skipChildren();
        }
        return new Said(role, start, blocks);
    }

    /** As Ollama calls them, and {@code /v1} servers of several makes. */
    private static boolean isThought(String field) {
        return switch (field) {
            case "thinking", "reasoning", "reasoning_content" -> true;
            default -> false;
        };
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
        PromptPlaces left = new PromptPlaces(hints, lines);
        once.forEach(part -> left(part, cuts).ifPresent(left.once::add));
        turns.forEach(part -> left(part, cuts).ifPresent(left.turns::add));
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
