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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
        List<ReadFile> all = readAll(List.copyOf(files(generation).values()), generation);
        if (!generation.equals(generation())) {
            throw new NoSuchFileException(generation); // what was read may be of both
        }
        Map<Path, String> malformed = new LinkedHashMap<>();
        all.forEach(file -> malformed.putAll(file.malformed()));
        List<Path> placed =
                all.stream().flatMap(file -> file.used().stream()).filter(this::placed).toList();
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
        Set<String> files = new HashSet<>();
        placed.forEach(path -> files.add(path.getFileName().toString()));
        Map<ModelName, Model> generated = new HashMap<>();
        Set<ModelName> theirs = new HashSet<>();
        for (Family family : families) {
            for (Model model : family.models()) {
                if (files.contains(family.file())) {
                    theirs.add(model.key());
                } else {
                    generated.putIfAbsent(model.key(), model);
                }
            }
        }
        return families.stream()
                .map(family ->
                        family.withModels(
                                files.contains(family.file())
                                        ? over(generated, family.models())
                                        : without(theirs, family.models())))
                .toList();
    }

    private static List<Model> without(Set<ModelName> theirs, List<Model> models) {
        return models.stream().filter(model -> !theirs.contains(model.key())).toList();
    }

    private static List<Model> over(Map<ModelName, Model> generated, List<Model> models) {
        return models.stream()
                .map(model -> {
                    Model old = generated.getOrDefault(model.key(), model);
                    List<ModelServer> servers =
                            model.servers().isEmpty() ? old.servers() : model.servers();
                    return model.over(old).withServers(servers);
                })
                .toList();
    }

    /** Each file; of one that cannot be read what an older version said. */
    private List<ReadFile> readAll(List<Path> files, String generation) throws IOException {
        List<Path> kept =
                numbers().reversed().stream()
                        .filter(number -> number.compareTo(generation) <= 0)
                        .map(generations()::resolve)
                        .toList();
        Map<String, String> addresses = new ConcurrentHashMap<>();
        try {
            return files.parallelStream()
                    .map(file -> {
                        Stream<Path> older =
                                kept.stream()
                                        .map(folder -> folder.resolve(file.getFileName()))
                                        .filter(path -> !path.equals(file) && Files.exists(path));
                        return ReadFile.firstOf(Stream.concat(Stream.of(file), older), addresses);
                    })
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * One file of the volume, read in its newest version that can be read.
     *
     * @param family empty when none can
     * @param used the version that it comes from; empty when none can be read
     * @param malformed the newer versions that cannot be read, each with its line and what is wrong
     */
    private record ReadFile(
            Optional<Family> family, Optional<Path> used, Map<Path, String> malformed) {
        /** A file of a million servers has a tenth of that. */
        private static final long LONGEST_FILE = 1L << 30;

        /**
         * Reads the first version that can be read.
         *
         * @param addresses those that other files have brought, to be shared
         * @throws UncheckedIOException when one has been deleted meanwhile: there is a newer
         *     generation
         */
        static ReadFile firstOf(Stream<Path> versions, Map<String, String> addresses) {
            Map<Path, String> malformed = new LinkedHashMap<>();
            for (Path version : (Iterable<Path>) versions::iterator) {
                try {
                    Family family = read(version, addresses);
                    return new ReadFile(Optional.of(family), Optional.of(version), malformed);
                } catch (MalformedFileException e) {
                    malformed.put(version, String.valueOf(e.getMessage()));
                }
            }
            return new ReadFile(Optional.empty(), Optional.empty(), malformed);
        }

        private static Family read(Path path, Map<String, String> addresses)
                throws MalformedFileException {
            String file = path.getFileName().toString();
            Family family;
            try (InputStream json = Files.newInputStream(path)) {
                if (Files.size(path) > LONGEST_FILE) {
                    throw new MalformedFileException(
                            file,
                            1,
                            "longer than %d bytes; split the family".formatted(LONGEST_FILE));
                }
                family = FamilyFile.read(file, json, addresses);
            } catch (NoSuchFileException e) {
                throw new UncheckedIOException(e);
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
        Map<String, String> addresses = new HashMap<>();
        try {
            List<ReadFile> all =
                    jsonFiles(generations().resolve(number)).stream()
                            .map(path -> ReadFile.firstOf(Stream.of(path), addresses))
                            .toList();
            all.forEach(file -> malformed.addAll(file.malformed().values()));
            return families(all);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
        // What a person, or a mounted ConfigMap, put beside the generations.
        for (Path path : Files.isDirectory(dir) ? jsonFiles(dir) : List.<Path>of()) {
            if (!intoCurrent(path) && Files.isRegularFile(path)) {
                files.put(path.getFileName().toString(), path);
            }
        }
        return files;
    }

    static boolean intoCurrent(Path path) throws IOException {
        return Files.isSymbolicLink(path) && Files.readSymbolicLink(path).startsWith(CURRENT);
    }

    static List<Path> jsonFiles(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(
                            path -> {
                                String name = path.getFileName().toString();
                                return name.endsWith(SUFFIX) && !name.startsWith(".");
                            })
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
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
