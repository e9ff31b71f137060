package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.SwappedFile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The configuration's file changes while requests run; each change is a swap of its symlink. */
@QuarkusTest
@TestProfile(LiveConfigTest.Filed.class)
class LiveConfigTest extends GatewayFlow {
    private static final String AT_THE_START = "aliases: {small: \"" + MODEL + "\"}\n";
    private static final String LATE = "qwen3:8b";

    @ConfigProperty(name = "cortex.config")
    Path path;

    /** The file is empty at first: a test's Quarkus takes what it sees now for defaults. */
    public static class Filed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.config", SwappedFile.with("{}").path().toString());
        }
    }

    @BeforeEach
    void backToTheStart() {
        taken(AT_THE_START);
    }

    private static JsonPath health() {
        return get("/health").jsonPath();
    }

    private static int status(String model) {
        return post("/v1/chat/completions", body(model, false)).statusCode();
    }

    private static double reloads(String result) {
        return get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("cortex_config_reloads_total{result=\"" + result))
                .mapToDouble(line -> Double.parseDouble(line.replaceFirst(".* ", "")))
                .sum();
    }

    /** Has the file say this, and waits until it is in force. */
    private void taken(String yaml) {
        double before = reloads("taken");
        SwappedFile file = new SwappedFile(path);
        if (!file.says(yaml)) {
            file.swap(yaml);
            await().until(() -> reloads("taken") > before);
            assertThat(health().getString("config.status")).isEqualTo("in force");
        }
    }

    @Test
    void aServerComesAndGoesUnderRunningStreams() throws IOException {
        Vertx vertx = Vertx.vertx();
        Settings slow =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.qwen3()))
                        .withTokensPerSecond(10)
                        .withTokensPerAnswer(60)
                        .withParallel(50);
        try (SimulatedFleet late = SimulatedFleet.start(vertx, List.of(slow))) {
            assertThat(status(LATE)).isEqualTo(404);
            String url = late.urls().getFirst().toString();
            taken(AT_THE_START + "server: {late: {url: \"%s\", labels: gpu=us}}\n".formatted(url));
            await().until(() -> health().getList("servers.name").contains("late"));
            await().until(() -> get("/api/tags").asString().contains(LATE));
            assertThat(get("/q/metrics").asString()).contains("in_flight{server=\"" + url);

            List<RawClient> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = new RawClient(gateway());
                client.post("/api/chat", body(LATE, true)).readUntil("\"done\":false");
                streams.add(client);
            }
            taken(AT_THE_START);
            assertThat(health().getList("servers.url")).hasSize(3).doesNotContain(url);
            assertThat(status(LATE)).isEqualTo(404);
            for (RawClient stream : streams) {
                assertThat(stream.readUntil("\"done\":true")).endsWith("\"done\":true");
                stream.close();
            }
            await().until(() ->
                    !get("/q/metrics").asString().contains("in_flight{server=\"" + url));
        } finally {
            vertx.close();
        }
    }

    @Test
    void aServerThatComesBackServesAgain() {
        Vertx vertx = Vertx.vertx();
        Settings settings = Settings.defaults().withModels(List.of(SimulatedModel.qwen3()));
        try (SimulatedFleet late = SimulatedFleet.start(vertx, List.of(settings))) {
            String entry = "server: {late: {url: \"%s\"}}\n".formatted(late.urls().getFirst());
            for (int i = 0; i < 2; i++) {
                taken(AT_THE_START + entry);
                await().until(() -> status(LATE) == 200);
                taken(AT_THE_START);
                assertThat(status(LATE)).isEqualTo(404);
            }
        } finally {
            vertx.close();
        }
    }

    @Test
    void aWrongFileIsRefusedAndTheOneBeforeStays() {
        double before = reloads("refused");
        new SwappedFile(path).swap("aliases: {other: x}\nhealth:\n  tll: 3s\n");
        await().until(() -> reloads("refused") > before);
        JsonPath health = health();
        assertThat(health.getString("status")).isEqualTo("up");
        assertThat(health.getString("config.status")).isEqualTo("refused");
        assertThat(health.getString("config.problem"))
                .endsWith("aicortex.yaml:3:3: cortex.health.tll: is no key; did you mean ttl?");
        assertThat(get("/q/metrics").asString()).contains("cortex_config_in_force 0");
        assertThat(status("small")).isEqualTo(200);
        assertThat(reloads("refused")).isEqualTo(before + 1);
    }

    @Test
    void whatOnlyTheWholeShowsIsWrongIsRefusedWithItsPlace() {
        double before = reloads("refused");
        new SwappedFile(path)
                .swap("server:\n  gpu-x: {weight: 2}\nrouting: {allow: {keys: {bob: gpu=eu}}}\n");
        await().until(() -> reloads("refused") > before);
        assertThat(health().getString("config.problem"))
                .contains("aicortex.yaml:2:19: cortex.server.gpu-x: no server of this fleet")
                .doesNotContain("in force");
    }

    @Test
    void aliasesLabelsAndRulesChange() {
        String url = address(servers.first());
        taken(
                """
                aliases: {tiny: "%s"}
                server: {"%s": {labels: gpu=eu, max-concurrent: 3}}
                routing: {allow: {models: {"%s": gpu=eu}}}
                """
                        .formatted(MODEL, url, MODEL));
        assertThat(status("small")).isEqualTo(404);
        for (int i = 0; i < 6; i++) {
            assertThat(post("/v1/chat/completions", body("tiny", false)).header("X-Cortex-Server"))
                    .isEqualTo(url);
        }
        assertThat(health().getList("servers[0].labels")).containsExactly("gpu=eu");
        assertThat(get("/config").jsonPath().getString("'cortex.aliases.tiny'.source"))
                .endsWith("aicortex.yaml:1");
    }

    @Test
    void keysChange() {
        taken(AT_THE_START + "keys: {alice: sk-alice}\n");
        assertThat(status(MODEL)).isEqualTo(401);
        assertThat(
                        given().header("Authorization", "Bearer sk-alice")
                                .contentType("application/json")
                                .body(body(MODEL, false))
                                .post("/v1/chat/completions")
                                .statusCode())
                .isEqualTo(200);
        taken(AT_THE_START); // before the next test asks for something without a key
        assertThat(status(MODEL)).isEqualTo(200);
    }

    @Test
    void whatCannotChangeLiveIsNamed() {
        taken(AT_THE_START + "health: {ttl: 59s}\nmanage: true\n");
        assertThat(health().getList("config.next_start"))
                .containsExactly("cortex.health.ttl", "cortex.manage");
        assertThat(get("/config").jsonPath().getString("'cortex.health.ttl'.value"))
                .isEqualTo("60s");
        taken(AT_THE_START);
        assertThat(health().getList("config.next_start")).isNull();
    }

    @Test
    void aHangUpReadsTheFileAgain() throws IOException {
        double before = reloads("taken");
        String self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-HUP", self).start();
        await().until(() -> reloads("taken") > before);
    }
}
