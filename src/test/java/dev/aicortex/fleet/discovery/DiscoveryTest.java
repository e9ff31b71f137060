package dev.aicortex.fleet.discovery;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.NameServer;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.SwappedFile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that come and go by themselves: the gateway is there before the API and the DNS. */
@QuarkusTest
@TestProfile(DiscoveryTest.Discovering.class)
class DiscoveryTest extends GatewayFlow {
    private static final String MODEL = "qwen3:8b";
    private static final String EMBEDDING = "nomic-embed-text";
    private static final String NAME = "ollama.test";

    /** Of all tests; one has it go away. */
    private static ApiDouble api;

    @Inject LiveConfig config;

    @ConfigProperty(name = "test.api-port")
    int apiPort;

    @ConfigProperty(name = "test.dns-port")
    int dnsPort;

    @ConfigProperty(name = "cortex.config")
    Path file;

    private final Vertx vertx = Vertx.vertx();
    private final List<String> pods = new ArrayList<>();
    private SimulatedFleet late;

    /** Nobody listens on its two ports yet. */
    public static class Discovering implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            int api = free();
            int dns = free();
            // read by the client itself, as its environment in a cluster is
            System.setProperty("kubernetes.master", "http://127.0.0.1:" + api);
            System.setProperty("kubernetes.namespace", ApiDouble.NAMESPACE);
            System.setProperty("kubernetes.watch.reconnectInterval", "50");
            return Map.of(
                    "test.api-port",
                    "" + api,
                    "test.dns-port",
                    "" + dns,
                    "cortex.config",
                    SwappedFile.with("{}").path().toString(),
                    "cortex.discovery.kubernetes.services",
                    "ollama,ollama-large",
                    "cortex.discovery.kubernetes.selector",
                    "models=labelled",
                    "cortex.discovery.dns",
                    NAME + ",_ollama._tcp.test",
                    "cortex.discovery.dns-server",
                    "127.0.0.1:" + dns,
                    "cortex.discovery.interval",
                    "100ms",
                    "cortex.routing.allow.models.\"" + EMBEDDING + "\"",
                    "gpu=eu");
        }

        private static int free() {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return any.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void startTheApi() {
        await().until(() -> get("/q/health/ready").statusCode() == 200); // without it, at first
        if (api == null) {
            api = new ApiDouble(apiPort);
            api.start();
        }
        Settings settings =
                Settings.defaults()
                        .withModels(
                                List.of(SimulatedModel.qwen3(), SimulatedModel.nomicEmbedText()))
                        .withTokensPerSecond(20)
                        .withTokensPerAnswer(30);
        late = SimulatedFleet.start(vertx, 2, settings);
    }

    @AfterEach
    void endAll() {
        pods.forEach(api::gone);
        await().until(() -> named().stream().noneMatch(pods::contains));
        late.close();
        vertx.close();
    }

    @AfterAll
    static void stopTheApi() {
        api.stop();
    }

    private void pod(String service, String name, URI at, Map<String, String> labels) {
        pods.add(name);
        api.pod(service, name, at, labels);
    }

    private URI one() {
        return late.urls().get(0);
    }

    private URI other() {
        return late.urls().get(1);
    }

    private static List<String> named() {
        return get("/health").jsonPath().getList("servers.name");
    }

    private static List<String> urls() {
        return get("/health").jsonPath().getList("servers.url");
    }

    private static int asked() {
        return post("/v1/chat/completions", body(MODEL, false)).statusCode();
    }

    @Test
    void aPodIsAskedAndItsStreamEndsWholeWhenItGoes() throws IOException {
        assertThat(asked()).isEqualTo(404);
        pod("ollama", "ollama-0", one(), Map.of());
        await().until(() -> asked() == 200);
        assertThat(get("/config").asString()).contains("\"discovered in Kubernetes\"");
        try (RawClient stream = new RawClient(gateway())) {
            stream.post("/api/chat", body(MODEL, true)).readUntil("\"done\":false");
            api.terminates("ollama-0");
            await().until(() -> !urls().contains(one().toString()));
            assertThat(asked()).isEqualTo(404);
            assertThat(stream.readUntil("\"done\":true")).endsWith("\"done\":true");
        }
    }

    @Test
    void oneThatDoesNotAnswerYetIsFoundWhenItDoes() {
        late.servers().getFirst().stop();
        pod("ollama", "ollama-0", one(), Map.of());
        await().until(() -> get("/health").asString().contains("connection refused"));
        late.servers().getFirst().restart();
        await().until(() -> asked() == 200);
    }

    @Test
    void labelsOfAPodRoute() {
        String embed = "{\"model\":\"%s\",\"input\":\"sky\"}".formatted(EMBEDDING);
        pod("ollama", "ollama-0", one(), Map.of("gpu", "us"));
        await().until(() -> asked() == 200);
        assertThat(post("/api/embed", embed).statusCode()).isNotEqualTo(200);
        pod("labelled", "labelled-0", other(), Map.of("gpu", "eu", "app.kubernetes.io/name", "x"));
        await().until(() -> post("/api/embed", embed).statusCode() == 200);
        assertThat(post("/api/embed", embed).header("X-Cortex-Server"))
                .isEqualTo(other().toString());
    }

    @Test
    void anEndpointThatBorrowsAPodHasNoneOfItsLabels() {
        pods.add("ollama-0");
        api.pod("ollama-0", "127.0.0.7", Map.of("gpu", "eu"));
        api.endpoint("ollama", "ollama-0", one());
        await().until(() -> asked() == 200);
        assertThat(fleet.snapshot().states())
                .filteredOn(state -> state.server().name().equals("ollama-0"))
                .singleElement()
                .satisfies(state -> assertThat(state.server().labels()).isEmpty());
    }

    @Test
    void oneThatGoesLeavesThoughAnotherOneIsRefused() {
        pod("ollama", "ollama-0", one(), Map.of());
        await().until(() -> named().contains("ollama-0"));
        pod("ollama", "ollama-9", URI.create("http://127.0.0.1:0"), Map.of()); // no server's port
        api.gone("ollama-0");
        await().until(() -> !named().contains("ollama-0"));
        assertThat(named()).doesNotContain("ollama-9");
    }

    @Test
    void otherServicesAreNoneOfTheFleets() {
        pod("web", "web-0", one(), Map.of());
        pod("ollama-large", "large-0", other(), Map.of());
        await().until(() -> named().contains("large-0"));
        assertThat(urls()).contains(other().toString()).doesNotContain(one().toString());
    }

    @Test
    void whatTheApiToldCountsWhileItIsAway() {
        pod("ollama", "ollama-0", one(), Map.of());
        await().until(() -> asked() == 200);
        api.stop();
        config.put(Origin.ADDED, Map.of("added", Map.of("url", other().toString())));
        assertThat(named()).contains("ollama-0", "added");
        assertThat(config.has("cortex.server.ollama-0.")).isFalse();
        assertThat(config.has("cortex.server.added.")).isFalse();
        assertThat(asked()).isEqualTo(200);
        config.put(Origin.ADDED, Map.of());
        api.start();
        pod("ollama", "ollama-1", other(), Map.of());
        await().until(() -> named().contains("ollama-1"));
        assertThat(named()).contains("ollama-0");
    }

    @Test
    void oneThatTheFileNamesIsTheFilesUntilItDoesNotAnyMore() {
        SwappedFile swapped = new SwappedFile(file);
        pod("ollama", "ollama-0", one(), Map.of());
        await().until(() -> named().contains("ollama-0"));
        int position = position();
        swapped.swap("server: {mine: {url: \"%s\"}}\n".formatted(one()));
        await().until(() -> named().contains("mine"));
        assertThat(named()).doesNotContain("ollama-0");
        swapped.swap("{}");
        await().until(() -> named().contains("ollama-0"));
        assertThat(named()).doesNotContain("mine");
        assertThat(position()).as("it never left").isEqualTo(position);
    }

    private int position() {
        return fleet.snapshot().states().stream()
                .map(state -> state.server())
                .filter(server -> server.url().toString().equals(one().toString()))
                .findFirst()
                .orElseThrow()
                .position();
    }

    @Test
    void addressesOfANameAreServersAsLongAsItHasThem() {
        try (NameServer dns = new NameServer(dnsPort)) {
            dns.service("_ollama._tcp.test", "gpu-a.test", one().getPort());
            dns.addresses("gpu-a.test", "127.0.0.1");
            await().until(() -> asked() == 200);
            assertThat(named()).contains("127-0-0-1-" + one().getPort());
            assertThat(get("/config").asString()).contains("\"discovered by DNS\"");
            dns.addresses(NAME, "127.0.0.9");
            await().until(() -> urls().contains("http://127.0.0.9:11434"));
            dns.mood(NameServer.Mood.FAILING);
            dns.forget("_ollama._tcp.test");
            dns.forget(NAME);
            assertThat(asked()).isEqualTo(200);
            dns.mood(NameServer.Mood.WELL);
            await().until(() -> !urls().contains("http://127.0.0.9:11434"));
            await().until(() -> !urls().contains(one().toString()));
        }
    }
}
