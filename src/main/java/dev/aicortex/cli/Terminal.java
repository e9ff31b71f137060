package dev.aicortex.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a person may be on the other end of the standard streams. */
final class Terminal {
    private static final int TYPE_OF_FILE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;

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
}
