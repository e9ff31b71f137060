package dev.aicortex.testing;

import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged program as a process of its own, as a user starts it. */
public final class Program implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target/quarkus-app/aicortex");

    /** In the place of localhost:11434, where whoever runs the tests may have a server. */
    private static final String NOWHERE = "http://127.0.0.1:1";

    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

    private final Process process;
    private final StringBuffer output = new StringBuffer();
    private final CompletableFuture<URI> url = new CompletableFuture<>();

    private Program(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::collect);
    }

    /**
     * Starts {@code aicortex} with these arguments, and with nothing of ours in its environment.
     */
    public static Program start(Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("CORTEX_") || name.startsWith("QUARKUS_"));
        builder.environment().put("CORTEX_DEFAULT_SERVER", NOWHERE);
        Path data = Path.of("target", "data", UUID.randomUUID().toString());
        builder.environment().put("CORTEX_CATALOGUE_DIR", data.resolve("catalogue").toString());
        builder.environment().put("CORTEX_DATABASE_URL", "sqlite:" + data.resolve("aicortex.db"));
        // a load of the gateway's own would take the fault that a test sets for its request
        builder.environment().put("CORTEX_LOAD_SHIELD_FROM", "off");
        builder.environment().putAll(environment);
        return new Program(builder.start());
    }

    private void collect() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher listening = LISTENING.matcher(line);
                if (listening.find()) {
                    url.complete(URI.create(listening.group(1)));
                }
            }
        } catch (IOException e) {
            output.append(e);
        }
        url.completeExceptionally(new IllegalStateException("it ended: " + output));
    }

    /** Where it listens; waits until it does. */
    public URI url() {
        return url.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Where it listens; waits until it is ready for requests. */
    public URI ready() {
        URI at = url();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> RestAssured.get(at + "/q/health/ready").statusCode() == 200);
        return at;
    }

    /** What it has printed so far. */
    public String output() {
        return output.toString();
    }

    /** Its exit status; waits until it ends. */
    public int exit() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it did not end: " + output);
        }
        url.handle((_, _) -> true).join(); // all of its output is there now
        return process.exitValue();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Asks it to stop, as an orchestrator does; its output is still read to the end. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Asks it to read its configuration again. */
    public void hangUp() throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        new ProcessBuilder("kill", "-HUP", pid).inheritIO().start().waitFor();
    }

    /** Ends it in the middle of whatever it does, as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Memory it occupies now, in megabytes. */
    public long residentMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
    }

    /** Files and sockets it has open. */
    public long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return all.count();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
