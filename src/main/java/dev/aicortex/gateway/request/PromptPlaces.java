package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
    private final BodyHints hints;

    /**
     * Bytes of the body.
     *
     * @param end behind the last one; {@link #OPEN} for a string, which ends with its quote
     */
    record Part(int start, int end) {}

    PromptPlaces(BodyHints hints) {
        this.hints = hints;
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

    /** What is said before the conversation; the parser has read it, or skips it now. */
    void once(JsonParser json, JsonToken value) throws IOException {
        int start = start(json);
        hints.system(json, value);
        once.add(part(start, json, value));
    }

    /** What {@code once} takes, when something else reads it. */
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
            hints.prompt(json, value);
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
        return some;
    }

    private void turn(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        int start = start(json);
        hints.message(json);
        Part part = part(start, json, value);
        boolean room = turns.size() < MOST_TURNS;
        turns.add(room ? part : new Part(turns.removeLast().start(), part.end()));
    }

    /** From a start to the end of a value, to which the parser goes. */
    private static Part part(int start, JsonParser json, JsonToken value) throws IOException {
        json.skipChildren();
        int end =
                switch (value) {
                    case START_OBJECT, START_ARRAY -> end(json);
                    case VALUE_STRING -> OPEN;
                    default -> start; // null, a number or a flag is no prompt
                };
        return new Part(start, end);
    }

    static int start(JsonParser json) {
        return (int) json.currentTokenLocation().getByteOffset();
    }

    static int end(JsonParser json) {
        return (int) json.currentLocation().getByteOffset();
    }
}
