package dev.aicortex.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the user asks: the words of the command line, or else standard input. */
record Prompt(String text) {
    private static final List<String> STANDARD_INPUT = List.of("-");

    static Prompt of(List<String> words, InputStream in) {
        boolean read = words.isEmpty() || words.equals(STANDARD_INPUT);
        return new Prompt((read ? all(in) : String.join(" ", words)).stripTrailing());
    }

    /** A whole file; {@code -} is standard input. */
    static Prompt ofFile(String file, InputStream in) throws IOException {
        return new Prompt(
                STANDARD_INPUT.contains(file) ? all(in) : Files.readString(Path.of(file)));
    }

    private static String all(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
