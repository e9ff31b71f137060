package dev.aicortex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The instructions of the repository's Dockerfile, one a line.
 *
 * @param all of every stage
 * @param shipped of the last stage, which is the image
 */
public record Dockerfile(List<String> all, List<String> shipped) {
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*\\R");

    /** Reads it. */
    public static Dockerfile read() {
        try {
            String text = Files.readString(Path.of("Dockerfile"));
            String joined =
                    COMMENT.matcher(text).replaceAll("").replaceAll("\\\\\\R\\s*", "").strip();
            List<String> all = joined.lines().filter(line -> !line.isBlank()).toList();
            return new Dockerfile(all, all.subList(lastStage(all), all.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lastStage(List<String> instructions) {
        int last = 0;
        for (int i = 0; i < instructions.size(); i++) {
            last = instructions.get(i).startsWith("FROM ") ? i : last;
        }
        return last;
    }

    /** What the image's only instruction of this name says. */
    public String only(String name) {
        List<String> found = argumentsOf(shipped, name).toList();
        if (found.size() != 1) {
            throw new IllegalStateException("%d of %s: %s".formatted(found.size(), name, found));
        }
        return found.getFirst();
    }

    /** What the instructions of this name say, of every stage. */
    public List<String> every(String name) {
        return argumentsOf(all, name).toList();
    }

    private static Stream<String> argumentsOf(List<String> instructions, String name) {
        return instructions.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length()).strip());
    }
}
