package dev.aicortex.clients;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The clients of another language: their scripts are in {@code src/test/clients}, and run in a
 * folder under {@code target} where their libraries are installed once for each set of pins.
 *
 * @param programs that must be there to install and to run them
 * @param pins the files that name the libraries
 * @param install commands that install what these say
 * @param run the command that runs the checks
 */
record Scripts(
        String language,
        List<List<String>> programs,
        List<String> pins,
        List<List<String>> install,
        List<String> run) {
    static final Scripts PYTHON =
            new Scripts(
                    "python",
                    List.of(List.of("python3", "-c", "import ensurepip")),
                    List.of("requirements.txt"),
                    List.of(
                            List.of("python3", "-m", "venv", "--clear", "venv"),
                            List.of(
                                    "venv/bin/pip",
                                    "install",
                                    "-q",
                                    "--disable-pip-version-check",
                                    "-r",
                                    "requirements.txt")),
                    List.of("venv/bin/python", "checks.py"));

    static final Scripts NODE =
            new Scripts(
                    "node",
                    List.of(List.of("node", "--version"), List.of("npm", "--version")),
                    List.of("package.json", "package-lock.json"),
                    List.of(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")),
                    List.of("node", "checks.mjs"));

    /** Coding agents; one brings its program in a package of its own for each platform. */
    static final Scripts AGENTS =
            new Scripts(
                    "agents",
                    NODE.programs(),
                    List.of("package.json"),
                    List.of(
                            List.of(
                                    "npm",
                                    "install",
                                    "--no-package-lock",
                                    "--ignore-scripts",
                                    "--no-audit",
                                    "--no-fund"),
                            List.of("node", "node_modules/opencode-ai/postinstall.mjs")),
                    List.of());

    /** Whether this machine has what they need. */
    boolean runnable() throws InterruptedException {
        for (List<String> program : programs) {
            if (!Command.succeeds(program)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Runs all their checks.
     *
     * @param environment where the gateway and the fleet are
     */
    Report report(Map<String, String> environment) throws IOException, InterruptedException {
        return parsed(Command.run(installed(), environment, run));
    }

    /** The folder where they and their libraries are. */
    Path installed() throws IOException, InterruptedException {
        copyScripts();
        installIfChanged();
        return home();
    }

    private Path source() {
        return Path.of("src/test/clients", language);
    }

    private Path home() {
        return Path.of("target/clients", language);
    }

    private void copyScripts() throws IOException {
        Files.createDirectories(home());
        try (Stream<Path> files = Files.list(source())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = home().resolve(file.getFileName());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void installIfChanged() throws IOException, InterruptedException {
        StringBuilder pinned = new StringBuilder();
        for (String file : pins) {
            pinned.append(Files.readString(source().resolve(file)));
        }
        Path installed = home().resolve("installed");
        if (!Files.exists(installed) || !Files.readString(installed).contentEquals(pinned)) {
            for (List<String> command : install) {
                Command.run(home(), Map.of(), command);
            }
            Files.writeString(installed, pinned);
        }
    }

    private static Report parsed(String output) {
        Map<String, String> versions = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        for (JsonObject line : output.lines().map(JsonObject::new).toList()) {
            if (line.containsKey("version")) {
                versions.put(line.getString("client"), line.getString("version"));
            } else {
                rows.add(
                        new Row(
                                line.getString("client"),
                                line.getString("feature"),
                                line.getString("expected"),
                                line.getString("observed"),
                                line.getString("detail")));
            }
        }
        return new Report(versions, rows);
    }
}
