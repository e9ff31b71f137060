package dev.aicortex.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with all that is in it, so that two can be compared byte for byte. */
record Tree(Map<String, String> entries) {
    /** A file's bytes, a link's target, by the path below {@code root}. */
    static Tree of(Path root) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) { // follows no links
            for (Path path : all.toList()) {
                entries.put(root.relativize(path).toString(), content(path));
            }
        }
        return new Tree(entries);
    }

    private static String content(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link to " + Files.readSymbolicLink(path);
        }
        return Files.isDirectory(path)
                ? "folder"
                : "file\n" + Files.readString(path, StandardCharsets.ISO_8859_1);
    }
}
