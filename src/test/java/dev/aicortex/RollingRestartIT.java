package dev.aicortex;

import static dev.aicortex.testing.Manifests.BASE;
import static dev.aicortex.testing.Manifests.named;
import static dev.aicortex.testing.Manifests.only;
import static dev.aicortex.testing.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.Keys;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.store.Databases;
import dev.aicortex.testing.ClusterService;
import dev.aicortex.testing.Manifests;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Two replicas that are replaced one after the other, as the manifests have it, under load. */
@Isolated("what it looks at takes time")
class RollingRestartIT {
    private static final int STREAMS = 200;

    /** Between an answer and the next request a client is on no server. */
    private static final int CLIENTS = STREAMS + STREAMS / 4;

    private static final Duration LAG = Duration.ofSeconds(2);

    private static final Duration PRE_STOP =
            Duration.ofSeconds(
                    named(pod(only(BASE, "Deployment")).path("containers"), "aicortex")
                            .at("/lifecycle/preStop/sleep/seconds")
                            .asInt());

    private static final String PATH = "/v1/chat/completions";
    private static final String CHAT =
            "{\"model\":\"llama3.2:3b\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @TempDir private Path temporary;
    private final Vertx vertx = Vertx.vertx();
    private final List<Program> programs = new ArrayList<>();
    private final AtomicBoolean goesOn = new AtomicBoolean(true);
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, String> environment = new HashMap<>(Manifests.baseSettings());
    private SimulatedFleet fleet;
    private ClusterService service;

    @BeforeEach
    void start() throws IOException {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withTokensPerSecond(5)
                        .withTokensPerAnswer(10)
                        .withLoadTime(Duration.ZERO)
                        .withParallel(CLIENTS);
        fleet = SimulatedFleet.start(vertx, 2, settings);
        service = new ClusterService(LAG);
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put(
                "CORTEX_SERVERS",
                fleet.urls().stream().map(URI::toString).collect(Collectors.joining(",")));
        environment.put("CORTEX_MAX_CONCURRENT", Integer.toString(CLIENTS));
        Databases.postgresqlSettings()
                .forEach((key, value) -> environment.put(Keys.variable(key), value));
    }

    @AfterEach
    void stop() throws Exception {
        for (Program each : programs) {
            each.close();
        }
        service.close();
        fleet.close();
        vertx.close();
    }

    private Program newPod() throws IOException {
        environment.put(
                "CORTEX_CATALOGUE_DIR",
                temporary.resolve("catalogue" + programs.size()).toString());
        Program program = Program.start(environment, "--port", "0");
        programs.add(program);
        service.add(program.ready());
        return program;
    }

    private void delete(Program pod) {
        service.delete(pod.url(), PRE_STOP, pod::terminate);
    }

    /** Half of them keep their connections, as the libraries do, and half open one each time. */
    private Thread client(int number) {
        return Thread.ofVirtual()
                .start(number % 2 == 0 ? this::askByOneConnection : this::askByNewOnes);
    }

    private void askByOneConnection() {
        HttpRequest request =
                HttpRequest.newBuilder(service.url().resolve(PATH))
                        .POST(HttpRequest.BodyPublishers.ofString(CHAT))
                        .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (goesOn.get()) {
                HttpResponse<String> answer =
                        client.send(request, HttpResponse.BodyHandlers.ofString());
                took(answer.statusCode() == 200, answer.body());
            }
        } catch (IOException | InterruptedException e) {
            failures.add(e.toString());
        }
    }

    private void askByNewOnes() {
        while (goesOn.get()) {
            try (RawClient client = new RawClient(service.url())) {
                String answer = client.post(PATH, CHAT).readUntil("\r\n0\r\n\r\n");
                took(answer.startsWith("HTTP/1.1 200"), answer);
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }

    private void took(boolean ok, String answer) {
        if (ok && answer.contains("data: [DONE]")) {
            answered.incrementAndGet();
        } else {
            failures.add(answer);
        }
    }

    private int running() {
        return fleet.servers().stream().mapToInt(server -> server.counters().inFlight()).sum();
    }

    @Test
    void noRequestFails() throws Exception {
        List<Program> old = List.of(newPod(), newPod());
        await().until(() -> service.endpoints().size() == 2);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(i));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> running() >= STREAMS);

        for (Program each : old) {
            newPod(); // it is ready before the old one goes
            delete(each);
        }
        for (Program each : old) {
            assertThat(each.exit()).isEqualTo(143);
            assertThat(each.output()).doesNotContain("ERROR", "ended now");
        }
        goesOn.set(false);
        for (Thread each : clients) {
            each.join();
        }
        assertThat(failures).isEmpty();
        assertThat(recorded()).isEqualTo(answered.get());
    }

    /** By all four, in the database that they share. */
    private int recorded() {
        await().until(() -> !service.endpoints().contains(programs.getFirst().url()));
        URI last = programs.getLast().url();
        await().until(() ->
                RestAssured.get(last + "/q/metrics")
                        .asString()
                        .contains("cortex_usage_waiting 0.0"));
        return RestAssured.get(last + "/admin/usage?since=1h").jsonPath().getInt("total.requests");
    }
}
