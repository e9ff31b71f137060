package dev.aicortex.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Usage of the packaged program, which is stopped and killed while it writes. */
class UsageIT {
    private static final int CLIENTS = 4;
    private static final long MOST_LOST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String CHAT =
            "{\"model\":\"llama3.2:3b\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @TempDir private Path folder;
    private final Vertx vertx = Vertx.vertx();
    private SimulatedFleet fleet;

    /** When requests were answered, on the clock of nanoTime. */
    private final Queue<Long> answered = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withTokensPerSecond(0)
                        .withTokensPerAnswer(4)
                        .withLoadTime(Duration.ZERO);
        fleet = SimulatedFleet.start(vertx, 2, settings);
    }

    @AfterEach
    void stop() {
        fleet.close();
        vertx.close();
    }

    private Program program() throws IOException {
        Files.createDirectories(unpacked());
        String servers = fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
        Program program =
                Program.start(
                        Map.of(
                                "CORTEX_SERVERS",
                                servers,
                                "CORTEX_DATABASE_URL",
                                "sqlite:" + folder.resolve("aicortex.db"),
                                "JAVA_OPTS",
                                "-Dorg.sqlite.tmpdir=" + unpacked()),
                        "--port",
                        "0");
        program.ready();
        return program;
    }

    /** Where the driver unpacks its library when it finds none. */
    private Path unpacked() {
        return folder.resolve("unpacked");
    }

    private boolean ask(Program program) {
        try {
            boolean whole =
                    RestAssured.given()
                                    .contentType("application/json")
                                    .body(CHAT)
                                    .post(program.url() + "/v1/chat/completions")
                                    .statusCode()
                            == 200;
            if (whole) {
                answered.add(System.nanoTime());
            }
            return whole;
        } catch (RuntimeException _) {
            return false; // it was killed meanwhile
        }
    }

    /** Requests one after the other, until the program ends. */
    private List<Thread> load(Program program, AtomicBoolean goesOn) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                while (goesOn.get() && ask(program)) {}
                            }));
        }
        return clients;
    }

    private static double written(Program program) {
        return RestAssured.get(program.url() + "/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("cortex_usage_written_total "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .sum();
    }

    private static JsonPath usage(Program program) {
        return RestAssured.get(program.url() + "/admin/usage?since=1h").jsonPath();
    }

    @Test
    void aKilledProgramLosesTwoSecondsAtTheMost() throws Exception {
        long killed;
        try (Program program = program()) {
            List<Thread> clients = load(program, new AtomicBoolean(true));
            await().atMost(Duration.ofSeconds(60)).until(() -> written(program) >= 1_000);
            program.kill();
            killed = System.nanoTime();
            for (Thread each : clients) {
                each.join();
            }
        }
        try (Program again = program()) {
            long old = answered.stream().filter(at -> killed - at > MOST_LOST_NANOS).count();
            assertThat(usage(again).getLong("total.requests"))
                    .isBetween(Math.max(1_000, old), answered.size() + (long) CLIENTS);
            ask(again);
            assertThat(again.output()).doesNotContain("WARN", "ERROR");
        }
    }

    @Test
    void aStopLosesNothing() throws Exception {
        AtomicBoolean goesOn = new AtomicBoolean(true);
        try (Program program = program()) {
            List<Thread> clients = load(program, goesOn);
            await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() >= 1_000);
            goesOn.set(false);
            for (Thread each : clients) {
                each.join();
            }
            program.terminate();
            program.exit();
        }
        try (Program again = program()) {
            assertThat(usage(again).getLong("total.requests")).isEqualTo(answered.size());
            assertThat(unpacked()).as("the library comes with the program").isEmptyDirectory();
        }
    }
}
