package dev.aicortex.catalogue;

import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
    static final String SUMS = "SHA256SUMS";
    private static final String REFRESHED = ".refreshed";

    /** A volume may change while it is read; then it is read again. */
    private static final int READ_TRIES = 5;

    private static final int VERSION_DIGITS = 16;

    /**
     * What the volume holds.
     *
     * @param generation its number, empty when there is none
     * @param version changes whenever something that counts does
     * @param families by name
     * @param malformed what is wrong in files that were skipped, each with its line; where an older
     *     generation has the file, that counts
     * @param placed the files of people that count instead of a generation's
     * @param broken the generation's files that cannot be read, since a person edited them
     */
    public record Content(
            String generation,
            String version,
            List<Family> families,
            List<String> malformed,
            List<Path> placed,
            List<Path> broken) {}

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
        List<ReadFile> files = readAll(files(generation).values(), generation);
        if (!generation.equals(generation())) {
            throw new NoSuchFileException(generation); // what was read may be of both
        }
        List<Family> families = new ArrayList<>(files.size());
        files.forEach(file -> file.family().ifPresent(families::add));
        Collections.sort(families);
        List<Path> placed =
                files.stream().flatMap(file -> file.used().stream()).filter(this::placed).toList();
        Set<String> byHand = placed.stream().map(Volume::family).collect(Collectors.toSet());
        return new Content(
                generation,
                version,
                List.copyOf(HandPlaced.first(families, byHand)),
                files.stream().flatMap(file -> file.mistakes().stream()).toList(),
                placed,
                files.stream()
                        .flatMap(file -> file.malformed().stream())
                        .filter(path -> !placed(path))
                        .toList());
    }

    private static String family(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private boolean placed(Path file) {
        return dir.equals(file.getParent());
    }

    private List<ReadFile> readAll(Collection<Path> files, String generation) throws IOException {
        List<String> kept =
                numbers().reversed().stream()
                        .filter(number -> number.compareTo(generation) <= 0)
                        .toList();
        Map<String, String> addresses = new ConcurrentHashMap<>();
        try {
            // A list, since it is split in halves; a map's view is not.
            return List.copyOf(files).parallelStream()
                    .map(file -> read(file, kept, addresses))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A file that cannot be read leaves what an older version said. */
    private ReadFile read(Path file, List<String> numbers, Map<String, String> addresses) {
        Stream<Path> older =
                numbers.stream()
                        .map(number -> generations().resolve(number).resolve(file.getFileName()))
                        .filter(path -> !path.equals(file) && Files.exists(path));
        try {
            ReadFile newest = ReadFile.firstOf(List.of(file), addresses);
            return newest.family().isPresent()
                    ? newest
                    : ReadFile.firstOf(Stream.concat(Stream.of(file), older).toList(), addresses);
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one generation, without the files that people put beside it. */
    public List<Family> generation(String number) throws IOException {
        return generation(number, new ArrayList<>());
    }

    /**
     * The same.
     *
     * @param malformed takes the files that were skipped, each with the line and what is wrong
     */
    public List<Family> generation(String number, List<String> malformed) throws IOException {
        List<Family> families = new ArrayList<>();
        Map<String, String> addresses = new HashMap<>();
        for (Path path : jsonFiles(generations().resolve(number))) {
            ReadFile file = ReadFile.firstOf(List.of(path), addresses);
            file.family().ifPresent(families::add);
            malformed.addAll(file.mistakes());
        }
        Collections.sort(families);
        return families;
    }

    /**
     * Whether a person has edited the generation since it was written: then the next one has to
     * keep the edit.
     */
    public boolean edited(String generation) throws IOException {
        Path sums = generations().resolve(generation).resolve(SUMS);
        if (generation.isEmpty() || !Files.exists(sums)) {
            return false;
        }
        for (String line : Files.readAllLines(sums)) {
            Path file = sums.resolveSibling(line.substring(line.indexOf(' ')).strip());
            if (!Files.exists(file) || !line.equals(sum(file, Files.readAllBytes(file)))) {
                return true;
            }
        }
        return false;
    }

    /** A line as {@code sha256sum} writes it. */
    static String sum(Path file, byte[] content) {
        return Sha256.of(content) + "  " + file.getFileName();
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
    private List<Path> handPlaced() throws IOException {
        List<Path> placed = new ArrayList<>();
        for (Path path : Files.isDirectory(dir) ? jsonFiles(dir) : List.<Path>of()) {
            if (!intoCurrent(path) && Files.isRegularFile(path)) {
                placed.add(path);
            }
        }
        return placed;
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
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
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
