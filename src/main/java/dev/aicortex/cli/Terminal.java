package dev.aicortex.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Whether a person may be on the other end of the standard streams, and what may be shown there.
 */
final class Terminal {
    private static final int TYPE_OF_FILE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int REPLACEMENT = 0xFFFD;

    private Terminal() {}

    /**
     * Whether standard output is a terminal, or cannot be told from one. {@code System.console()}
     * does not tell: it is null as soon as standard input comes from a pipe.
     */
    static boolean onOutput() {
        return terminal("/dev/stdout", true);
    }

    /** Whether standard error is surely a terminal. */
    static boolean onError() {
        return terminal("/dev/stderr", false);
    }

    private static boolean terminal(String stream, boolean inDoubt) {
        try {
            int mode = (int) Files.getAttribute(Path.of(stream), "unix:mode");
            return (mode & TYPE_OF_FILE) == CHARACTER_DEVICE;
        } catch (IOException | UnsupportedOperationException _) {
            return inDoubt;
        }
    }

    /** Whether both standard input and output are surely a terminal. */
    static boolean onBoth() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /**
     * The text without control characters but for line feeds and tabs, and without what turns the
     * direction of writing round: a terminal obeys them, and the text comes from a model or from a
     * server.
     */
    static String harmless(String text) {
        return replaced(text, c -> obeyed(c) && c != '\n' && c != '\t');
    }

    static String inOneLine(String text) {
        return replaced(
                text.strip().replaceAll("[\\r\\n\\t\\u2028\\u2029]+", " "), Terminal::obeyed);
    }

    private static boolean obeyed(int character) {
        return Character.isISOControl(character)
                || (character >= 0x202a && character <= 0x202e)
                || (character >= 0x2066 && character <= 0x2069);
    }

    private static String replaced(String text, IntPredicate harmful) {
        return text.codePoints()
                .map(c -> harmful.test(c) ? REPLACEMENT : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
