package dev.aicortex.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file of the volume, read in its newest version that can be read.
 *
 * @param family empty when none can
 * @param used the version that it comes from; empty when none can be read
 * @param malformed the newer versions that cannot be read
 * @param mistakes for each of those its line and what is wrong
 */
record ReadFile(
        Optional<Family> family, Optional<Path> used, List<Path> malformed, List<String> mistakes) {

    /** A file of a million servers has a tenth of that. */
    private static final long LONGEST_FILE = 1L << 30;

    /**
     * Reads the first version that can be read.
     *
     * @param addresses those that other files have brought, to be shared
     * @throws NoSuchFileException when one has been deleted meanwhile: there is a newer generation
     */
    static ReadFile firstOf(List<Path> versions, Map<String, String> addresses)
            throws NoSuchFileException {
        List<Path> malformed = new ArrayList<>();
        List<String> mistakes = new ArrayList<>();
        for (Path version : versions) {
            try {
                return new ReadFile(
                        Optional.of(read(version, addresses)),
                        Optional.of(version),
                        malformed,
                        mistakes);
            } catch (MalformedFileException e) {
                malformed.add(version);
                mistakes.add(String.valueOf(e.getMessage()));
            }
        }
        return new ReadFile(Optional.empty(), Optional.empty(), malformed, mistakes);
    }

    private static Family read(Path path, Map<String, String> addresses)
            throws MalformedFileException, NoSuchFileException {
        String file = path.getFileName().toString();
        Family family;
        try (InputStream json = Files.newInputStream(path)) {
            if (Files.size(path) > LONGEST_FILE) {
                throw new MalformedFileException(
                        file, 1, "longer than %d bytes; split the family".formatted(LONGEST_FILE));
            }
            family = FamilyReader.read(file, json, addresses);
        } catch (NoSuchFileException e) {
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
}
