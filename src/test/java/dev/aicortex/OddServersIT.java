package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.OddServers;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged program, with its small heap, and servers that say what no server should. */
class OddServersIT {
    private static final List<String> ENDLESS =
            List.of("chunked", "length", "multipart", "running", "version", "many", "nested");

    private final Vertx vertx = Vertx.vertx();
    private final OddServers odd = new OddServers();
    private SimulatedFleet fleet;
    private Map<String, String> keys;
    private Program program;

    @BeforeEach
    void start() throws IOException {
        keys = odd.start();
        fleet =
                SimulatedFleet.start(
                        vertx,
                        1,
                        Settings.defaults()
                                .withModels(List.of(SimulatedModel.llama32()))
                                .withTokensPerSecond(20)
                                .withTokensPerAnswer(100)
                                .withLoadTime(Duration.ZERO));
        String servers =
                Stream.concat(
                                fleet.urls().stream().map(URI::toString),
                                ENDLESS.stream().map(name -> keys.get("odd." + name)))
                        .collect(Collectors.joining(","));
        program =
                Program.start(
                        Map.of(
                                "CORTEX_SERVERS", servers,
                                "CORTEX_HEALTH_TTL", "1s",
                                "CORTEX_HEALTH_RECOVERY_INTERVAL", "1s"),
                        "--port",
                        "0");
        program.ready();
    }

    @AfterEach
    void stop() throws InterruptedException {
        program.close();
        fleet.close();
        odd.stop();
        vertx.close();
    }

    @Test
    void noServerEndsTheProcessAndNoClientIsCutOff() throws IOException {
        try (RawClient client = new RawClient(program.url())) {
            client.post(
                    "/v1/chat/completions",
                    "{\"model\":\"llama3.2:3b\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("[DONE]");
        }
        JsonPath health = RestAssured.get(program.url() + "/health").jsonPath();
        assertThat(health.getList("servers.status", String.class)).contains("up", "down");
        assertThat(program.isRunning()).isTrue();
        assertThat(program.output()).doesNotContain("OutOfMemoryError");
    }
}
