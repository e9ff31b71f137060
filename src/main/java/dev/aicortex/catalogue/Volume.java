package dev.aicortex.catalogue;

import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder that keeps the catalogue, as its readers see it:
 *
 * <pre>
 * current -> generations/00000042    the one that counts; switched in one step
 * generations/00000042/llama.json    whole generations, the last few
 * llama.json -> current/llama.json   for people
 * mine.json                          a file that a person put here: it counts instead of a generation's
 * </pre>
 */
public record Volume(Path dir) {
    static final String CURRENT = "current";
    static final String GENERATIONS = "generations";
    static final String SUFFIX = ".json";
    private static final String REFRESHED = ".refreshed";

    /** A generation may be deleted while it is read; then there is a newer one. */
    private static final int READ_TRIES = 3;

    private static final int VERSION_DIGITS = 16;

    /**
     * What the volume holds.
     *
     * @param generation its number, empty when there is none
     * @param version changes whenever something that counts does
     * @param families by name
     * @param malformed the files that were skipped, each with the line and what is wrong
     */
    public record Content(
            String generation, String version, List<Family> families, List<String> malformed) {}

    Path current() {
        return dir.resolve(CURRENT);
    }

    Path generations() {
        return dir.resolve(GENERATIONS);
    }

    /** Reads all families; nothing when the folder is not there. */
    public Content read() throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                return readOnce();
            } catch (NoSuchFileException e) {
                if (tried == READ_TRIES) {
                    throw e;
                }
            }
        }
    }

    private Content readOnce() throws IOException {
        String generation = generation();
        String version = version();
        Map<String, Path> files = files(generation);
        List<String> malformed = Collections.synchronizedList(new ArrayList<>());
        List<Family> families = new ArrayList<>(files.size());
        try (Stream<Path> paths = files.values().stream().parallel()) {
            for (Optional<ReadFile> read : paths.map(ReadFile::of).toList()) {
                read.orElseThrow(() -> new NoSuchFileException(generation))
                        .into(families, malformed);
            }
        }
        Collections.sort(families);
        Collections.sort(malformed);
        return new Content(generation, version, List.copyOf(families), List.copyOf(malformed));
    }

    /** Reads one generation, without the files that people put beside it. */
    public List<Family> generation(String number) throws IOException {
        List<Family> families = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        for (Path path : jsonFiles(generations().resolve(number))) {
            ReadFile.of(path)
                    .orElseThrow(() -> new NoSuchFileException(path.toString()))
                    .into(families, malformed);
        }
        Collections.sort(families);
        return families;
    }

    /** The number of the generation that counts; empty when there is none. */
    public String generation() throws IOException {
        if (!Files.isSymbolicLink(current())) {
            return "";
        }
        return Files.readSymbolicLink(current()).getFileName().toString();
    }

    /** The files that count, by name: a person's instead of the generation's. */
    private Map<String, Path> files(String generation) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        if (!generation.isEmpty()) {
            for (Path path : jsonFiles(generations().resolve(generation))) {
                files.put(path.getFileName().toString(), path);
            }
        }
        for (Path path : handPlaced()) {
            files.put(path.getFileName().toString(), path);
        }
        return files;
    }

    /** The files that a person, or a mounted ConfigMap, put beside the generations. */
    List<Path> handPlaced() throws IOException {
        List<Path> placed = new ArrayList<>();
        for (Path path : Files.isDirectory(dir) ? jsonFiles(dir) : List.<Path>of()) {
            if (!intoCurrent(path) && Files.isRegularFile(path)) {
                placed.add(path);
            }
        }
        return placed;
    }

    /** Whether some files have not been taken over by a generation yet. */
    public boolean hasHandPlaced() throws IOException {
        return !handPlaced().isEmpty();
    }

    static boolean intoCurrent(Path path) throws IOException {
        return Files.isSymbolicLink(path) && Files.readSymbolicLink(path).startsWith(CURRENT);
    }

    static List<Path> jsonFiles(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path path : all) {
                if (!path.getFileName().toString().startsWith(".")) {
                    files.add(path);
                }
            }
        }
        Collections.sort(files);
        return files;
    }

    /** Changes whenever something that counts does; cheap enough to be asked every few seconds. */
    public String version() throws IOException {
        String generation = generation();
        StringBuilder seen = new StringBuilder(generation);
        for (Map.Entry<String, Path> file : files(generation).entrySet()) {
            BasicFileAttributes facts =
                    Files.readAttributes(file.getValue(), BasicFileAttributes.class);
            seen.append('|').append(file.getKey());
            seen.append('@').append(facts.lastModifiedTime()).append('#').append(facts.size());
        }
        return generation + ":" + Sha256.of(seen.toString()).substring(0, VERSION_DIGITS);
    }

    /** When a refresh last came to its end, whether it changed something or not. */
    public Optional<Instant> refreshedAt() throws IOException {
        Path mark = dir.resolve(REFRESHED);
        return Files.exists(mark)
                ? Optional.of(Files.getLastModifiedTime(mark).toInstant())
                : Optional.empty();
    }

    /** Tells all who use the volume that a refresh came to its end. */
    public void refreshed(Instant now) throws IOException {
        Path mark = dir.resolve(REFRESHED);
        Files.writeString(mark, "");
        Files.setLastModifiedTime(mark, FileTime.from(now));
    }

    /** The numbers of the generations that are there, the oldest first. */
    public List<String> numbers() throws IOException {
        if (!Files.isDirectory(generations(), LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(generations())) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d{8}"))
                    .sorted()
                    .toList();
        }
    }
}
