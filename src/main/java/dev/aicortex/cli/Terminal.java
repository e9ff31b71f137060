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
        try {
            int mode = (int) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode");
            return (mode & TYPE_OF_FILE) == CHARACTER_DEVICE;
        } catch (IOException | UnsupportedOperationException _) {
            return true;
        }
    }

    /** Whether both standard input and output are surely a terminal. */
    static boolean onBoth() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
}
