package dev.aicortex.cli;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that work on a catalogue's folder, with two simulated servers to ask. */
@Timeout(60)
abstract class OnVolume {
    private static Vertx vertx;

    @TempDir protected Path temp;
    protected SimulatedServer first;
    protected SimulatedServer second;

    /** Not there yet. */
    protected Path dir;

    /** Names both servers. */
    protected Path servers;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void shut() {
        vertx.close();
    }

    @BeforeEach
    void start() throws IOException {
        first = server("llama3.2:3b", "acme:1b");
        second = server("llama3.2:3b", "nomic-embed-text:latest");
        dir = temp.resolve("catalogue");
        servers =
                Files.writeString(
                        temp.resolve("servers"), first.url() + "\n" + second.url() + "\n");
    }

    private static SimulatedServer server(String... models) {
        return SimulatedServer.start(vertx, Settings.defaults().withModels(models(models)));
    }

    static List<SimulatedModel> models(String... names) {
        return Stream.of(names).map(SimulatedModel::named).toList();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    protected Run refresh(String... options) {
        return refresh(dir, options);
    }

    protected Run refresh(Path dir, String... options) {
        return on(dir, "refresh", Stream.concat(Stream.of(asked()), Stream.of(options)));
    }

    protected String[] asked() {
        return new String[] {"--servers", servers.toString()};
    }

    /** Runs a command of the real command line on the folder. */
    protected Run on(Path dir, String command, Stream<String> options) {
        Stream<String> words = Stream.of(command.split(" "));
        Stream<String> folder = Stream.of("--dir", dir.toString());
        return Run.of(Stream.of(words, folder, options).flatMap(all -> all).toArray(String[]::new));
    }

    protected Run run(String command, String... options) {
        return on(dir, command, Stream.of(options));
    }

    /** Runs one step with {@code input} on its standard input. */
    protected static Run fed(String input, String step, Path dir, String... options) {
        Stream<String> words = Stream.of(step, "--dir", dir.toString());
        return Run.fed(input, Stream.concat(words, Stream.of(options)).toArray(String[]::new));
    }
}
