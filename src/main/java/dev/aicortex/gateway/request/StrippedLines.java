package dev.aicortex.gateway.request;

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

    /** One after the other; nobody sends more than one. */
    private static final int MOST_LABELS = 8;

    private static final Set<String> SYSTEM = Set.of("system", "developer");
    private static final int NONE = Said.NOWHERE;

    /** The quote that ends a string. */
    private static final int END = -1;

    private final List<String> beginnings;
    private final List<Prompt> prompts = new ArrayList<>(0);

    /** Of the first message, as long as it is not known whether another follows. */
    private @Nullable Said first;

    private int messages;

    /**
     * A system prompt.
     *
     * @param blocks a string is one that stands in no list
     * @param from where its message begins; NONE when it is no message or the only one
     * @param to where the next message begins
     */
    private record Prompt(List<Said.Block> blocks, int from, int to) {}

    /**
     * @param beginnings how the lines begin; empty to strip none
     */
    StrippedLines(List<String> beginnings) {
        this.beginnings = beginnings;
    }

    // ---- while the body is parsed

    /** A field that is a system prompt. */
    void prompt(Said field) {
        if (!beginnings.isEmpty()) {
            prompts.add(new Prompt(field.blocks(), NONE, NONE));
        }
    }

    void message(Said message) {
        messages++;
        if (messages == 1 && !beginnings.isEmpty() && SYSTEM.contains(message.role())) {
            first = message;
        } else if (first != null) {
            prompts.add(new Prompt(first.blocks(), first.start(), message.start()));
            first = null;
        }
    }

    /** No message follows: one that is the only one has to stay. */
    void end() {
        if (first != null) {
            prompts.add(new Prompt(first.blocks(), NONE, NONE));
            first = null;
        }
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
            List<Said.Block> blocks = prompt.blocks;
            List<Splice> labels = new ArrayList<>(0);
            int gone = 0;
            while (gone < blocks.size() && emptied(blocks.get(gone), labels)) {
                gone++;
            }
            boolean all = gone > 0 && gone == blocks.size();
            if (all && prompt.from != NONE) {
                cuts.add(removal(prompt.from, prompt.to));
            } else if (gone > 0 && blocks.getFirst().start() != NONE) {
                int end = all ? blocks.getLast().end() : blocks.get(gone).start();
                cuts.add(removal(blocks.getFirst().start(), end));
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
        private boolean emptied(Said.Block block, List<Splice> labels) {
            labels.clear();
            if (block.text() == NONE) {
                return false;
            }
            int at = behindBlanks(block.text() + 1);
            for (int end = labelEnd(at);
                    end != NONE && labels.size() < MOST_LABELS;
                    end = labelEnd(at)) {
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
