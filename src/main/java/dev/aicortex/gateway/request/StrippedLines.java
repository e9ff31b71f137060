package dev.aicortex.gateway.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Segment;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds, while a body is parsed, the lines that are stripped: a client's labels at the very
 * beginning of the system prompt. They say nothing to a model, and where they change from request
 * to request no cache holds anything of the prompt behind them. The parser only notes where a
 * system prompt begins; a few bytes there are looked at once the body is parsed.
 */
final class StrippedLines {
    /** In bytes; what is longer is no label. */
    private static final int LONGEST = 512;

    private static final Set<String> SYSTEM = Set.of("system", "developer");
    private static final int NONE = -1;

    /** The quote that ends a string. */
    private static final int END = -1;

    private final List<String> beginnings;
    private final List<Prompt> prompts = new ArrayList<>(0);

    /** Of the first message, as long as it is not known whether another follows. */
    private @Nullable Prompt first;

    /**
     * A system prompt.
     *
     * @param blocks a string is one that stands in no list
     * @param from where its message begins; NONE when it is no message or the only one
     * @param to where the next message begins
     */
    private record Prompt(List<Block> blocks, int from, int to) {
        private Prompt {
            blocks = List.copyOf(blocks);
        }
    }

    /**
     * A block of text.
     *
     * @param start of the list's element; NONE when it stands in no list
     * @param text the start of its string; NONE when it has none
     */
    private record Block(int start, int end, int text) {}

    /**
     * @param beginnings how the lines begin; empty to strip none
     */
    StrippedLines(List<String> beginnings) {
        this.beginnings = beginnings;
    }

    // ---- while the body is parsed

    /** A field that is a system prompt; the parser is at the end of a list afterwards. */
    void prompt(JsonParser json, JsonToken value) throws IOException {
        if (!beginnings.isEmpty()) {
            prompts.add(new Prompt(blocks(json, value), NONE, NONE));
        }
    }

    /** The first message, which the parser begins; it is at its end afterwards. */
    void message(JsonParser json, int start) throws IOException {
        if (beginnings.isEmpty()) {
            json.skipChildren();
            return;
        }
        boolean told = false;
        boolean system = false;
        List<Block> blocks = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("role") && value == JsonToken.VALUE_STRING) {
                told = true;
                system = SYSTEM.contains(json.getText());
            } else if (field.equals("content") && (system || !told)) {
                blocks = blocks(json, value);
            }
            json.skipChildren();
        }
        first = system ? new Prompt(blocks, start, NONE) : null;
    }

    /** Another message follows the first one, which may go. */
    void next(JsonParser json) {
        if (first != null) {
            prompts.add(new Prompt(first.blocks, first.from, PromptPlaces.start(json)));
            first = null;
        }
    }

    /** No message follows: one that is the only one has to stay. */
    void end() {
        if (first != null) {
            prompts.add(new Prompt(first.blocks, NONE, NONE));
            first = null;
        }
    }

    private static List<Block> blocks(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return List.of(new Block(NONE, NONE, PromptPlaces.start(json)));
        }
        List<Block> blocks = new ArrayList<>();
        while (value == JsonToken.START_ARRAY && json.nextToken() != JsonToken.END_ARRAY) {
            blocks.add(block(json));
        }
        return blocks;
    }

    private static Block block(JsonParser json) throws IOException {
        int start = PromptPlaces.start(json);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return new Block(start, start, NONE);
        }
        int text = NONE;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean here = json.currentName().equals("text");
            JsonToken value = json.nextToken();
            if (here) {
                text = value == JsonToken.VALUE_STRING ? PromptPlaces.start(json) : NONE;
            }
            json.skipChildren();
        }
        return new Block(start, PromptPlaces.end(json), text);
    }

    // ---- once it is

    /** What is stripped; may block when the body is in a file. */
    ParsedBody.Removed found(RequestBody body) throws IOException {
        return prompts.isEmpty()
                ? ParsedBody.Removed.NOTHING
                : body.read(bytes -> new Search(bytes).found());
    }

    /** Looks at the beginnings of the prompts in a body. */
    private final class Search {
        private final ByteBuf body;
        private final List<Splice> cuts = new ArrayList<>(1);
        private final Set<String> names = new LinkedHashSet<>();

        Search(ByteBuf body) {
            this.body = body;
        }

        ParsedBody.Removed found() {
            prompts.forEach(this::strip);
            return cuts.isEmpty()
                    ? ParsedBody.Removed.NOTHING
                    : new ParsedBody.Removed(cuts, names);
        }

        /** Blocks that are nothing but labels go, and the labels at the start of the next one. */
        private void strip(Prompt prompt) {
            List<Block> blocks = prompt.blocks;
            List<Splice> labels = new ArrayList<>(0);
            int gone = 0;
            while (gone < blocks.size() && emptied(blocks.get(gone), labels)) {
                gone++;
            }
            boolean all = gone > 0 && gone == blocks.size();
            if (all && prompt.from != NONE) {
                cuts.add(removal(prompt.from, prompt.to));
            } else if (gone > 0 && blocks.getFirst().start != NONE) {
                int end = all ? blocks.getLast().end : blocks.get(gone).start;
                cuts.add(removal(blocks.getFirst().start, end));
                cuts.addAll(all ? List.of() : labels);
            } else {
                cuts.addAll(labels);
            }
        }

        /**
         * Whether a block has nothing but labels.
         *
         * @param labels becomes those that it begins with
         */
        private boolean emptied(Block block, List<Splice> labels) {
            labels.clear();
            if (block.text == NONE) {
                return false;
            }
            int at = behindBlanks(block.text + 1);
            for (int end = labelEnd(at); end != NONE; end = labelEnd(at)) {
                labels.add(removal(at, end));
                at = behindBlanks(end);
            }
            return !labels.isEmpty() && character(at) == END;
        }

        /** Behind the label that begins here; NONE when none does. */
        private int labelEnd(int start) {
            for (String beginning : beginnings) {
                int end = begins(start, beginning) ? lineEnd(start) : NONE;
                if (end != NONE) {
                    names.add(beginning);
                    return end;
                }
            }
            return NONE;
        }

        private boolean begins(int start, String beginning) {
            int at = start;
            for (int i = 0; i < beginning.length(); i++) {
                if (character(at) != beginning.charAt(i)) {
                    return false;
                }
                at += width(at);
            }
            return true;
        }

        /** Behind the line feed, or at the end of the string; NONE when that is too far. */
        private int lineEnd(int start) {
            int at = start;
            while (at - start <= LONGEST) {
                int c = character(at);
                if (c == END) {
                    return at;
                }
                at += width(at);
                if (c == '\n') {
                    return at;
                }
            }
            return NONE;
        }

        private int behindBlanks(int start) {
            int at = start;
            while (Character.isWhitespace(character(at))) {
                at += width(at);
            }
            return at;
        }

        // ---- characters of a JSON string, as it stands in the body

        private int width(int at) {
            if (body.getByte(at) != '\\') {
                return 1;
            }
            return body.getByte(at + 1) == 'u' ? 6 : 2;
        }

        /** One of ASCII, a code unit that was escaped, a byte of another character, or END. */
        private int character(int at) {
            int c = body.getByte(at) & 0xff;
            if (c != '\\') {
                return c == '"' ? END : c;
            }
            int escape = body.getByte(at + 1);
            return switch (escape) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'f' -> '\f';
                case 'b' -> '\b';
                case 'u' -> codeUnit(at + 2);
                default -> escape;
            };
        }

        private int codeUnit(int at) {
            int unit = 0;
            for (int i = 0; i < 4; i++) {
                unit = unit << 4 | Character.digit(body.getByte(at + i), 16);
            }
            return unit;
        }
    }

    private static Splice removal(int from, int to) {
        return Splice.replace(new Segment.Range(from, to), "");
    }
}
