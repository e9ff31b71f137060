package dev.aicortex.cli;

import java.util.Locale;

/** How a command prints what it found. */
enum OutputFormat {
    /** For people. */
    TABLE,
    /** For programs: one document on one line. */
    JSON;

    /** The word of the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
