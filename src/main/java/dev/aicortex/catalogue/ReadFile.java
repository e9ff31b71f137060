package dev.aicortex.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What came of reading one file. */
sealed interface ReadFile {
    /** Puts it where it belongs. */
    void into(List<Family> families, List<String> malformed);

    record Good(Family family) implements ReadFile {
        @Override
        public void into(List<Family> families, List<String> malformed) {
            families.add(family);
        }
    }

    record Malformed(String what) implements ReadFile {
        @Override
        public void into(List<Family> families, List<String> malformed) {
            malformed.add(what);
        }
    }

    /** Reads the file; empty when it is not there any more. */
    static Optional<ReadFile> of(Path path) {
        String file = path.getFileName().toString();
        try {
            Family family = FamilyReader.read(file, Files.readAllBytes(path));
            return Optional.of(
                    family.file().equals(file) ? new Good(family) : misnamed(file, family));
        } catch (MalformedFileException e) {
            return Optional.of(new Malformed(String.valueOf(e.getMessage())));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Malformed("%s, line 1: not readable: %s".formatted(file, e)));
        }
    }

    private static ReadFile misnamed(String file, Family family) {
        return new Malformed(
                "%s, line 1: its family is '%s', so the file's name has to be %s"
                        .formatted(file, family.name(), family.file()));
    }
}
