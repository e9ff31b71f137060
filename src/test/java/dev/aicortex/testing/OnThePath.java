package dev.aicortex.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that some tests need and not every machine has; {@code .ci/run} installs them. */
public final class OnThePath {
    private OnThePath() {}

    /** Whether the machine has it. */
    public static boolean has(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
