package dev.aicortex.cli;

import java.util.function.IntPredicate;

/**
 * Makes the control characters in a text harmless: a terminal obeys them, and the text comes from a
 * model or from a server.
 */
final class ControlCharacters {
    private static final int REPLACEMENT = 0xFFFD;

    private ControlCharacters() {}

    /** Keeps line feeds and tabs. */
    static String replaced(String text) {
        return replaced(text, c -> Character.isISOControl(c) && c != '\n' && c != '\t');
    }

    static String inOneLine(String text) {
        return replaced(text.strip().replaceAll("[\\r\\n\\t]+", " "), Character::isISOControl);
    }

    private static String replaced(String text, IntPredicate harmful) {
        return text.codePoints()
                .map(c -> harmful.test(c) ? REPLACEMENT : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
