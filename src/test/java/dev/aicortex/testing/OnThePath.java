package dev.aicortex.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that some tests need and not every machine has; {@code .ci/run} installs them. */
public final class OnThePath {
    private OnThePath() {}

    /** Whether the machine has it. */
    public static boolean has(String program) {
        return search(program).isPresent();
    }

    /** Where the machine has it. */
    public static Path find(String program) {
        return search(program).orElseThrow();
    }

    private static Optional<Path> search(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
