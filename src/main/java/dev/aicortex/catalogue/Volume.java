package dev.aicortex.catalogue;

import dev.aicortex.catalogue.FamilyFile.MalformedFileException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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
    static final String SUMS = "SHA256SUMS";
    private static final String REFRESHED = ".refreshed";

    /** A volume may change while it is read; then it is read again. */
    private static final int READ_TRIES = 5;

    private static final int VERSION_DIGITS = 16;

    /** In bytes; a file of a million servers has a tenth of that. */
    private static final long LONGEST_FILE = 1L << 30;

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
        List<Path> older =
                numbers().reversed().stream()
                        .filter(number -> number.compareTo(generation) <= 0)
                        .map(generations()::resolve)
                        .toList();
        List<Path> files = List.copyOf(files(generation).values());
        List<ReadFile> all = readAll(files, older);
        if (!generation.equals(generation())) {
            throw new NoSuchFileException(generation); // what was read may be of both
        }
        Map<Path, String> malformed = new LinkedHashMap<>();
        all.forEach(file -> malformed.putAll(file.malformed()));
        List<Path> placed =
                files.stream()
                        .filter(file -> placed(file) && !malformed.containsKey(file))
                        .toList();
        return new Content(
                generation,
                version,
                placedFirst(families(all), placed),
                List.copyOf(malformed.values()),
                placed,
                malformed.keySet().stream().filter(path -> !placed(path)).toList());
    }

    private static List<Family> families(List<ReadFile> files) {
        return files.stream().flatMap(file -> file.family().stream()).sorted().toList();
    }

    private boolean placed(Path file) {
        return dir.equals(file.getParent());
    }

    /**
     * The families with each model in one of them: what a person has just put beside the
     * generations goes over what the generation says of the same models, also when it says it in
     * another family.
     */
    private static List<Family> placedFirst(List<Family> families, List<Path> placed) {
        if (placed.isEmpty()) {
            return families;
        }
        Set<String> files = placed.stream().map(Volume::name).collect(Collectors.toSet());
        Predicate<Family> byHand = family -> files.contains(family.file());
        Map<ModelName, Model> theirs = Family.byName(families.stream().filter(byHand).toList());
        Map<ModelName, Model> generated =
                Family.byName(families.stream().filter(byHand.negate()).toList());
        return families.stream()
                .map(family -> {
                    Stream<Model> models = family.models().stream();
                    return family.withModels(
                            byHand.test(family)
                                    ? models.map(model -> over(generated, model)).toList()
                                    : models.filter(m -> !theirs.containsKey(m.key())).toList());
                })
                .toList();
    }

    private static Model over(Map<ModelName, Model> generated, Model model) {
        Model old = generated.getOrDefault(model.key(), model);
        return model.over(old)
                .withServers(model.servers().isEmpty() ? old.servers() : model.servers());
    }

    /**
     * One file of the volume, read in its newest version that can be read.
     *
     * @param family empty when none can
     * @param malformed the newer versions that cannot be read, each with its line and what is wrong
     */
    private record ReadFile(Optional<Family> family, Map<Path, String> malformed) {}

    /**
     * Each file; of one that cannot be read what an older version said.
     *
     * @param older the folders with those, the newest first
     * @throws NoSuchFileException when one was deleted meanwhile: there is a newer generation
     */
    private static List<ReadFile> readAll(List<Path> files, List<Path> older) throws IOException {
        Map<String, String> addresses = new ConcurrentHashMap<>();
        try {
            return files.parallelStream()
                    .map(file -> {
                        Stream<Path> others =
                                older.stream()
                                        .map(folder -> folder.resolve(file.getFileName()))
                                        .filter(path -> !path.equals(file) && Files.exists(path));
                        return firstOf(Stream.concat(Stream.of(file), others), addresses);
                    })
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static ReadFile firstOf(Stream<Path> versions, Map<String, String> addresses) {
        Map<Path, String> malformed = new LinkedHashMap<>();
        for (Path version : (Iterable<Path>) versions::iterator) {
            try {
                return new ReadFile(Optional.of(read(version, addresses)), malformed);
            } catch (MalformedFileException e) {
                malformed.put(version, String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new ReadFile(Optional.empty(), malformed);
    }

    /** A family from its file; addresses are shared with the other files. */
    private static Family read(Path path, Map<String, String> addresses)
            throws MalformedFileException, NoSuchFileException {
        String file = name(path);
        Family family;
        try (InputStream json = Files.newInputStream(path)) {
            if (Files.size(path) > LONGEST_FILE) {
                throw new MalformedFileException(
                        file, 1, "longer than %d bytes; split the family".formatted(LONGEST_FILE));
            }
            family = FamilyFile.read(file, json, addresses);
        } catch (NoSuchFileException | MalformedFileException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedFileException(file, 1, "not readable: " + e);
        }
        if (!family.file().equals(file)) {
            throw new MalformedFileException(
                    file,
                    1,
                    "its family is '%s', so the file's name has to be %s"
                            .formatted(family.name(), family.file()));
        }
        return family;
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
        List<ReadFile> all = readAll(jsonFiles(generations().resolve(number)), List.of());
        all.forEach(file -> malformed.addAll(file.malformed().values()));
        return families(all);
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
        return Sha256.of(content) + "  " + name(file);
    }

    /** The number of the generation that counts; empty when there is none. */
    public String generation() throws IOException {
        return Files.isSymbolicLink(current()) ? name(Files.readSymbolicLink(current())) : "";
    }

    /** The files that count, by name: a person's instead of the generation's. */
    private Map<String, Path> files(String generation) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        if (!generation.isEmpty()) {
            jsonFiles(generations().resolve(generation))
                    .forEach(path -> files.put(name(path), path));
        }
        // What a person, or a mounted ConfigMap, put beside the generations.
        for (Path path : Files.isDirectory(dir) ? jsonFiles(dir) : List.<Path>of()) {
            if (!intoCurrent(path) && Files.isRegularFile(path)) {
                files.put(name(path), path);
            }
        }
        return files;
    }

    static boolean intoCurrent(Path path) throws IOException {
        return Files.isSymbolicLink(path) && Files.readSymbolicLink(path).startsWith(CURRENT);
    }

    static List<Path> jsonFiles(Path folder) throws IOException {
        return list(folder, name -> name.endsWith(Family.SUFFIX) && !name.startsWith("."));
    }

    /** What is in a folder under such names, by name. */
    static List<Path> list(Path folder, Predicate<String> named) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> named.test(name(path))).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static String name(Path path) {
        return path.getFileName().toString();
    }

    /** Changes whenever something that counts does; cheap enough to be asked every few seconds. */
    public String version() throws IOException {
        String generation = generation();
        StringBuilder seen = new StringBuilder(generation);
        for (Map.Entry<String, Path> file : files(generation).entrySet()) {
            seen.append('|').append(file.getKey()).append(stamp(file.getValue()));
        }
        return generation + ":" + Sha256.of(seen.toString()).substring(0, VERSION_DIGITS);
    }

    /** Changes whenever the file does. */
    static String stamp(Path file) throws IOException {
        BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
        return "@" + facts.lastModifiedTime() + "#" + facts.size();
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
        return Files.isDirectory(generations(), LinkOption.NOFOLLOW_LINKS)
                ? list(generations(), name -> name.matches("\\d{8}")).stream()
                        .map(Volume::name)
                        .toList()
                : List.of();
    }
}
