package dev.aicortex;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.PluginJar;
import dev.aicortex.testing.Program;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program and the catalogue on its volume. */
class CatalogueIT {
    @TempDir Path dir;
    private final Vertx vertx = Vertx.vertx();
    private final List<Program> programs = new ArrayList<>();
    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withLoadTime(Duration.ZERO);
        fleet = SimulatedFleet.start(vertx, 2, settings);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Program program : programs) {
            program.close();
        }
        fleet.close();
        vertx.close();
    }

    private String servers() {
        return fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
    }

    private Program gateway(Map<String, String> settings) throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("CORTEX_CATALOGUE_DIR", dir.toString());
        Program program = Program.start(environment, "--port", "0");
        programs.add(program);
        program.ready();
        return program;
    }

    private static int run(String... arguments) throws Exception {
        try (Program program = Program.start(Map.of(), arguments)) {
            return program.exit();
        }
    }

    private String written(String family) throws IOException {
        Path file = dir.resolve(family + ".json");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void pull(SimulatedServer server, String... names) {
        server.models(
                Stream.concat(Stream.of("llama3.2:3b"), Stream.of(names))
                        .map(SimulatedModel::named)
                        .toList());
    }

    @Test
    void aScheduledRunWritesTheFilesAndTheNextOnesAddWhatIsPulled() throws Exception {
        gateway(
                Map.of(
                        "CORTEX_SERVERS", servers(),
                        "CORTEX_REFRESH_EVERY", "1s",
                        "CORTEX_REFRESH_JITTER", "0s"));
        await().until(() -> written("llama").contains("llama3.2:3b"));
        pull(fleet.servers().getFirst(), "mystery:7b");
        await().until(() -> written("others").contains("mystery:7b"));
    }

    @Test
    void withEveryServerDownTheLastKnownCatalogueServesAndChatsAreToldWhy() throws Exception {
        assertThat(refreshByCommand()).isZero();
        String first = fleet.urls().getFirst().toString();
        String servers = servers();
        fleet.close();
        Program gateway = gateway(Map.of("CORTEX_SERVERS", servers));
        given().get(gateway.url() + "/catalogue/models/llama3.2:3b")
                .then()
                .statusCode(200)
                .body("available", equalTo(false))
                .body("servers[0].status", equalTo("down"));
        given().contentType("application/json")
                .body(
                        "{\"model\":\"llama3.2:3b\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .post(gateway.url() + "/v1/chat/completions")
                .then()
                .statusCode(503)
                .header("Retry-After", "5")
                .body("error.code", equalTo("server_unavailable"))
                .body("error.message", containsString(first + " (down: connection refused)"));
    }

    private int refreshByCommand() throws Exception {
        Path list = Files.writeString(dir.resolve("servers.txt"), servers().replace(',', '\n'));
        return run("refresh", "--dir", dir.toString(), "--servers", list.toString());
    }

    @Test
    void withoutAConfigurationTheCataloguesServersAreTheFleet() throws Exception {
        assertThat(refreshByCommand()).isZero();
        Program gateway = gateway(Map.of());
        given().get(gateway.url() + "/v1/models").then().body("data[0].id", equalTo("llama3.2:3b"));
    }

    @Test
    void aJarInTheFolderOfPluginsBringsServersAndSteps() throws Exception {
        pull(fleet.servers().getFirst(), "house-model:1");
        PluginJar.into(dir);
        Path list = Files.writeString(dir.resolve("servers.txt"), servers().replace(',', '\n'));
        gateway(Map.of("CORTEX_PLUGINS", dir.toString(), "LISTED_SERVERS", list.toString()));
        await().until(() -> written("others").contains("house-model:1"));
        assertThat(written("others")).contains("\"tags\": [ \"house\" ]");
    }

    @Test
    void ofTwoReplicasOnOneVolumeOneRefreshesAndTheOtherFollows() throws Exception {
        Map<String, String> settings =
                Map.of("CORTEX_SERVERS", servers(), "CORTEX_REFRESH_EVERY", "off");
        Program one = gateway(settings);
        Program two = gateway(settings);
        for (int i = 0; i < 5; i++) {
            String name = "mystery:" + (i + 1) + "b";
            pull(fleet.servers().getFirst(), name);
            Stream.of(one, two).parallel().forEach(CatalogueIT::refresh);
            await().until(() -> knows(one, name) && knows(two, name));
        }
        try (Stream<Path> generations = Files.list(dir.resolve("generations"))) {
            assertThat(generations.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "00000001", "00000002", "00000003", "00000004", "00000005");
        }
    }

    private static void refresh(Program gateway) {
        given().post(gateway.url() + "/admin/refresh").then().statusCode(200);
    }

    private static boolean knows(Program gateway, String name) {
        return given().get(gateway.url() + "/catalogue/models?q=" + name)
                        .jsonPath()
                        .getList("models")
                        .size()
                == 1;
    }
}
