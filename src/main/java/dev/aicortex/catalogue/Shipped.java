package dev.aicortex.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The well-known families that ship in the jar. */
public final class Shipped {
    private static final String FOLDER = "/catalogue/";

    /** Read once, by whoever asks first. */
    private static final class Once {
        static final List<Family> FAMILIES = read();
    }

    private Shipped() {}

    /** The families, by name. */
    public static List<Family> families() {
        return Once.FAMILIES;
    }

    /** Begins to read them beside whatever else happens at a start. */
    public static void readAhead() {
        Thread.ofPlatform().daemon().start(Shipped::families);
    }

    private static List<Family> read() {
        // A jar cannot be listed; this names its families, one a line.
        return new String(bytes("families.txt"), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(name -> family(name + Family.SUFFIX))
                .sorted()
                .toList();
    }

    private static Family family(String file) {
        try {
            return FamilyFile.read(file, bytes(file));
        } catch (FamilyFile.MalformedFileException e) {
            throw new IllegalStateException("a shipped file is broken: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String file) {
        try (InputStream in = Shipped.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + FOLDER + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
