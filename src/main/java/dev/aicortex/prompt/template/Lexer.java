package dev.aicortex.prompt.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a template into texts and actions, and an action into words. */
final class Lexer {
    /** Of a template, in characters; no model's is nearly as long. */
    private static final int LONGEST = 256 * 1024;

    private static final Pattern WORD =
            Pattern.compile(":=|[=,|()]|-?[0-9]+|[$.]?[A-Za-z0-9_]*+(?:\\.[A-Za-z0-9_]++)*+");

    private final String template;
    private final List<Piece> pieces = new ArrayList<>();

    private Lexer(String template) {
        this.template = template;
    }

    /** A text between actions, or the words of an action. */
    sealed interface Piece {
        record Text(String text) implements Piece {}

        record Action(List<String> words) implements Piece {}
    }

    static List<Piece> pieces(String template) {
        if (template.length() > LONGEST) {
            throw new UnreadableTemplateException("it is too long");
        }
        Lexer lexer = new Lexer(template);
        lexer.read();
        return lexer.pieces;
    }

    private void read() {
        int from = 0;
        boolean trims = false;
        for (int open = next(0); open >= 0; open = next(from)) {
            int close = close(open + 2);
            String action = template.substring(open + 2, close);
            text(template.substring(from, open), trims, action.matches("(?s)-\\s.*"));
            trims = action.matches("(?s).*\\s-");
            action(action.substring(action.matches("(?s)-\\s.*") ? 1 : 0, end(action, trims)));
            from = close + 2;
        }
        text(template.substring(from), trims, false);
    }

    private int next(int from) {
        return template.indexOf("{{", from);
    }

    private static int end(String action, boolean trims) {
        return action.length() - (trims ? 1 : 0);
    }

    /** Where the action ends: not within a comment or a quoted text. */
    private int close(int from) {
        int at = from;
        while (!template.startsWith("}}", at)) {
            if (at >= template.length()) {
                throw new UnreadableTemplateException("an action has no end");
            }
            at = template.startsWith("/*", at) ? commentEnd(at) : wordEnd(template, at);
        }
        return at;
    }

    private int commentEnd(int at) {
        int end = template.indexOf("*/", at + 2);
        if (end < 0) {
            throw new UnreadableTemplateException("a comment has no end");
        }
        return end + 2;
    }

    /** Behind the quoted text that begins here, or else behind this character. */
    private static int wordEnd(String text, int at) {
        char quote = text.charAt(at);
        if (quote != '"' && quote != '`') {
            return at + 1;
        }
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                return i + 1;
            }
            if (quote == '"' && text.charAt(i) == '\\') {
                i++;
            }
        }
        throw new UnreadableTemplateException("a quoted text has no end");
    }

    private void text(String text, boolean front, boolean back) {
        String left = front ? text.stripLeading() : text;
        String kept = back ? left.stripTrailing() : left;
        if (!kept.isEmpty()) {
            pieces.add(new Piece.Text(kept));
        }
    }

    private void action(String action) {
        if (!action.strip().startsWith("/*")) {
            pieces.add(new Piece.Action(words(action.strip())));
        }
    }

    private static List<String> words(String action) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(action);
        int from = 0;
        while (from < action.length()) {
            int end = wordEnd(action, from);
            if (end == from + 1 && !Character.isWhitespace(action.charAt(from))) {
                end = word.region(from, action.length()).lookingAt() ? word.end() : from;
            }
            if (end == from) {
                throw new UnreadableTemplateException("an action cannot be read");
            }
            words.add(action.substring(from, end));
            from = end;
        }
        words.removeIf(String::isBlank);
        return words;
    }
}
