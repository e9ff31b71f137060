package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.Manifests;
import dev.aicortex.testing.OnThePath;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.Prometheus;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alerts and the board on a real Prometheus: three gateways, one that is well, one that has no
 * server, and one in every other trouble. Times are shortened in a copy of the rules.
 */
class AlertsIT {
    private static final Path ALERTS = Path.of("prometheus/alerts.yaml");
    private static final Path BOARD = Path.of("grafana/aicortex.json");
    private static final Pattern METRIC = Pattern.compile("cortex_[a-z_]+");
    private static final String MODEL = "llama3.2:3b";
    private static final String OTHER = "llama3.2:1b";
    private static final String THIRD = "phi4:14b";
    private static final String SLOW = "slow:1b";
    private static final String KEY = "of-one";
    private static final int CLIENTS = 40;
    private static final int SHORT_CONTEXT = 256;

    private static final Settings QUICK =
            Settings.defaults()
                    .withTokensPerSecond(50)
                    .withTokensPerAnswer(4)
                    .withLoadTime(Duration.ZERO);

    @TempDir private Path temporary;
    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Thread> load = new ArrayList<>();
    private final AtomicBoolean goesOn = new AtomicBoolean(true);
    private SimulatedServer first;
    private SimulatedServer second;
    private SimulatedServer slow;
    private EmbeddedPostgres database;

    @BeforeAll
    static void prometheusIsThere() {
        assumeTrue(OnThePath.has("prometheus"), "prometheus is not installed");
    }

    @BeforeEach
    void startServers() throws IOException {
        database = EmbeddedPostgres.builder().start();
        open.add(database);
        Settings quick = QUICK.withParallel(8).withMemory(1);
        SimulatedModel model = SimulatedModel.named(MODEL);
        SimulatedModel other = SimulatedModel.named(OTHER);
        SimulatedModel third = SimulatedModel.named(THIRD);
        first = server(quick, model, other, third);
        second = server(quick, model.withDigest("0".repeat(64)), other, third);
        slow =
                server(
                        QUICK.withTokensPerSecond(10).withTokensPerAnswer(10),
                        SimulatedModel.named(SLOW));
    }

    private SimulatedServer server(Settings settings, SimulatedModel... models) {
        SimulatedServer server = SimulatedServer.start(vertx, settings.withModels(List.of(models)));
        open.add(server);
        return server;
    }

    @AfterEach
    void stop() throws Exception {
        goesOn.set(false);
        for (Thread each : load) {
            each.join();
        }
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        vertx.close();
    }

    private Program program(Map<String, String> environment, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--port", "0"));
        arguments.addAll(List.of(more));
        Program program = Program.start(environment, arguments.toArray(String[]::new));
        open.add(program);
        return program;
    }

    /** It has never reached a server, and was refreshed three hours ago. */
    private Program withoutServers() throws IOException {
        Path catalogue = Files.createDirectories(temporary.resolve("catalogue"));
        FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(3)));
        Files.setLastModifiedTime(Files.createFile(catalogue.resolve(".refreshed")), then);
        return program(
                Map.of(
                        "CORTEX_SERVERS",
                        "http://127.0.0.1:1",
                        "CORTEX_REFRESH_EVERY",
                        "off",
                        "CORTEX_CATALOGUE_DIR",
                        catalogue.toString()));
    }

    /** Its database will go, and its servers are too few, differ, and have little memory. */
    private Program inTrouble(Path config) throws IOException {
        Files.writeString(
                config,
                """
                servers: [%s, %s]
                server: {slow: {url: "%s", max-concurrent: 1}}
                routing: {parallel: 8}
                queue: {max: 2}
                health: {ttl: 500ms}
                context: {models: {"%s": %d}}
                # they are to be asked on, whatever they do
                breaker: {window: 1000, failure-ratio: 1}
                """
                        .formatted(first.url(), second.url(), slow.url(), OTHER, SHORT_CONTEXT));
        return program(
                Map.of(
                        "CORTEX_DATABASE_URL",
                        "postgresql://127.0.0.1:" + database.getPort() + "/postgres",
                        "CORTEX_DATABASE_USER",
                        "postgres"),
                "--config",
                config.toString());
    }

    private static String shortened(String rules) {
        return rules.replaceAll("for: \\S+", "for: 1s")
                .replaceAll("\\[\\d+[mh]]", "[10s]")
                .replace("> 30\n", "> 1\n");
    }

    private static Set<String> metrics(String text) {
        return METRIC.matcher(text)
                .results()
                .map(match -> match.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String scrape(Program program) {
        return RestAssured.get(program.url() + "/q/metrics").asString();
    }

    /** Requests for a model, one after the other, whatever becomes of them. */
    private void asks(Program program, String model, int characters, Runnable beforeEach) {
        String body =
                "{\"model\":\"%s\",\"stream\":true,\"prompt\":\"%s\"}"
                        .formatted(model, "word ".repeat(characters / 5));
        load.add(
                Thread.ofVirtual()
                        .start(() -> {
                            while (goesOn.get()) {
                                askByOneConnection(program.url(), body, beforeEach);
                            }
                        }));
    }

    /** Until it ends. */
    private void askByOneConnection(URI gateway, String body, Runnable beforeEach) {
        try (RawClient client = new RawClient(gateway)) {
            boolean whole = true;
            while (whole && goesOn.get()) {
                beforeEach.run();
                whole = client.post("/api/generate", body).answer().whole();
            }
        } catch (IOException _) {
            // it is the gateway that is looked at
        }
    }

    private static void asksMoreThanItsKeyMay(Program program) {
        for (int status : List.of(200, 429)) {
            RestAssured.given()
                    .header("Authorization", "Bearer " + KEY)
                    .body("{\"model\":\"%s\",\"prompt\":\"Hello\"}".formatted(MODEL))
                    .post(program.url() + "/api/generate")
                    .then()
                    .statusCode(status);
        }
    }

    @Test
    void eachFiresWhenItsConditionIsTrueAndNoneWithoutIt() throws Exception {
        Path config = temporary.resolve("aicortex.yaml");
        Program well =
                program(
                        Map.of(
                                "CORTEX_SERVERS",
                                server(QUICK, SimulatedModel.named(MODEL)).url().toString(),
                                "CORTEX_AUTH",
                                "none",
                                "CORTEX_KEYS_ONE",
                                KEY,
                                "CORTEX_LIMITS_RPM",
                                "1"));
        Program down = withoutServers();
        Program trouble = inTrouble(config);
        well.ready();
        trouble.ready();
        await().until(() -> RestAssured.get(trouble.url() + "/v1/models").statusCode() == 200);
        database.close();
        Prometheus prometheus =
                new Prometheus(
                        Files.createDirectory(temporary.resolve("prometheus")),
                        shortened(Files.readString(ALERTS)),
                        Map.of("well", well.url(), "down", down.url(), "trouble", trouble.url()));
        open.add(prometheus);
        prometheus.scrapes(3);

        asks(well, MODEL, 20, () -> {});
        Files.writeString(config, "servers: nowhere\n");
        int[] turn = {0};
        asks(
                trouble,
                MODEL,
                20,
                () -> {
                    Fault fault =
                            turn[0]++ % 2 == 0
                                    ? new Fault.Status500("out of memory")
                                    : new Fault.CutEof(1);
                    first.fault(fault, 1);
                    second.fault(fault, 1);
                });
        asks(trouble, THIRD, 20, () -> {});
        asks(trouble, OTHER, SHORT_CONTEXT * 10, () -> {});
        // one is answered and two wait; the others, as fast as they can, are turned away
        for (int i = 0; i < CLIENTS; i++) {
            asks(trouble, SLOW, 20, () -> {});
        }

        Set<String> all =
                new TreeSet<>(Manifests.documents(ALERTS).getFirst().findValuesAsText("alert"));
        Set<String> ofDown = Set.of("CortexNoServer", "CortexServerDown", "CortexCatalogueOld");
        all.removeAll(ofDown);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(prometheus.firing("down")).containsAll(ofDown);
                    assertThat(prometheus.firing("trouble")).containsAll(all);
                });
        assertThat(prometheus.firing("well")).isEmpty();
        asksMoreThanItsKeyMay(well);
        assertThat(metrics(scrape(well) + scrape(down) + scrape(trouble)))
                .containsAll(metrics(Files.readString(ALERTS) + Files.readString(BOARD)));

        assertThat(asked(prometheus, "cortex_queue_wait", "trouble")).isGreaterThan(0.5);
        assertThat(asked(prometheus, "cortex_queue_wait", "well")).isZero();
        assertThat(asked(prometheus, "cortex_places_taken", "trouble")).isBetween(0.1, 1.0);
    }

    /** What the autoscaler is told by prometheus-adapter. */
    private static double asked(Prometheus prometheus, String metric, String instance) {
        String query =
                Manifests.items(
                                Manifests.documents(Path.of("prometheus/adapter.yaml"))
                                        .getFirst()
                                        .at("/rules/custom"))
                        .stream()
                        .filter(rule -> rule.at("/name/as").asText().equals(metric))
                        .map(rule -> rule.path("metricsQuery").asText())
                        .findFirst()
                        .orElseThrow();
        return prometheus.value(
                query.replace("<<.GroupBy>>", "instance")
                        .replace("<<.LabelMatchers>>", "instance=\"%s\"".formatted(instance)));
    }
}
