package dev.aicortex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python environment under {@code target/} with the packages of one requirements file, kept from
 * run to run until that file changes.
 *
 * @param home its folder
 */
public record PythonVenv(Path home) {
    private static final String STAMP = "installed-requirements.txt";

    /** How a program ended, with all that it printed. */
    public record Result(int exit, String output) {}

    /**
     * The environment with this name. Where there is no Python the test is skipped, with words on
     * standard error; not in CI, where it fails.
     */
    public static PythonVenv named(String name, Path requirements) throws Exception {
        skipWithoutPython();
        PythonVenv venv = new PythonVenv(Path.of("target", name).toAbsolutePath());
        Path stamp = venv.home.resolve(STAMP);
        if (!Files.exists(stamp) || Files.mismatch(stamp, requirements) >= 0) {
            venv.make(requirements);
            Files.copy(requirements, stamp);
        }
        return venv;
    }

    private static void skipWithoutPython() throws Exception {
        String missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(missing);
        }
        System.err.println("SKIPPED: " + missing);
        Assumptions.abort(missing);
    }

    /** What the machine lacks; empty when nothing. */
    private static String missing() throws Exception {
        try {
            Result found =
                    run(Path.of("."), List.of("python3", "-c", "import ensurepip, venv"), Map.of());
            return found.exit() == 0 ? "" : "python3 has no venv: install python3-venv";
        } catch (IOException e) {
            return "there is no python3: " + e.getMessage();
        }
    }

    private void make(Path requirements) throws Exception {
        Path here = Path.of(".");
        check(run(here, List.of("python3", "-m", "venv", "--clear", home.toString()), Map.of()));
        check(
                run(
                        here,
                        List.of(
                                program("pip"),
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "--requirement",
                                requirements.toString()),
                        Map.of()));
    }

    private static void check(Result result) {
        if (result.exit() != 0) {
            throw new IllegalStateException(result.output());
        }
    }

    /** The path of one of its programs. */
    public String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** Runs one of its programs to its end, in this folder. */
    public Result run(Path folder, Map<String, String> environment, String name, String... args)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(program(name)));
        command.addAll(List.of(args));
        return run(folder, command, environment);
    }

    private static Result run(Path folder, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
            if (!process.waitFor(Duration.ofMinutes(5).toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("it did not end: " + command);
            }
            return new Result(process.exitValue(), output.join());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
