package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.EventStream;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The packaged program, told to stop while it works. */
@Isolated("what it looks at takes time")
class DrainIT {
    private static final int STREAMS = 100;
    private static final int OTHERS = 20;

    /** More than what waits in buffers while a client does not read. */
    private static final long LONG = 30_000_000;

    /** The status of a process that a SIGTERM ended, as a shell and an orchestrator see it. */
    private static final int TERMINATED = 143;

    private static final String OPENAI = "/v1/chat/completions";
    private static final String OLLAMA = "/api/chat";
    private static final Duration FOR_EVER = Duration.ofMinutes(5);

    @TempDir private Path temporary;
    private final Vertx vertx = Vertx.vertx();
    private SimulatedServer server;
    private Program program;

    @BeforeEach
    void startAServer() {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withTokensPerSecond(20)
                        .withTokensPerAnswer(60)
                        .withParallel(STREAMS * 2);
        server = SimulatedServer.start(vertx, settings);
    }

    private void startTheProgram(Duration timeout) throws IOException {
        launch(timeout);
        program.ready();
    }

    private void launch(Duration timeout) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("CORTEX_SERVERS", server.url().toString());
        environment.put("CORTEX_MAX_CONCURRENT", "1000");
        environment.put("CORTEX_CATALOGUE_DIR", temporary.resolve("catalogue").toString());
        environment.put("QUARKUS_SHUTDOWN_TIMEOUT", timeout.toString());
        environment.put("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        program = Program.start(environment, "--port", "0");
    }

    @AfterEach
    void stop() throws InterruptedException {
        program.close();
        server.close();
        vertx.close();
    }

    private Response get(String path) {
        return RestAssured.get(program.url() + path);
    }

    private static String body(boolean stream) {
        return "{\"model\":\"llama3.2:3b\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(stream);
    }

    private static String large(int length) {
        return body(false).replace("hi", "x".repeat(length));
    }

    private String ask(String path, boolean stream) throws IOException {
        try (RawClient client = new RawClient(program.url())) {
            client.post(path, body(stream));
            return stream ? client.readUntil("\r\n0\r\n\r\n") : client.readUntil("\"usage\":");
        }
    }

    /** A request that never ends by itself. */
    private RawClient hanging(Fault fault, String path, String body) throws IOException {
        int before = server.counters().inFlight();
        server.fault(fault, 1);
        RawClient client = new RawClient(program.url()).post(path, body);
        await().until(() -> server.counters().inFlight() == before + 1);
        return client;
    }

    @Test
    void aStopUnderAHundredStreamsBreaksNoneAndRefusesNewRequests() throws Exception {
        startTheProgram(FOR_EVER);
        try (RawClient kept = new RawClient(program.url());
                RawClient holding = hanging(new Fault.HangMidStream(2), OPENAI, body(true));
                RawClient slow = hanging(new Fault.Flood(LONG), OPENAI, body(true));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            kept.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readUntil("running");
            List<Future<String>> running = new ArrayList<>();
            for (int i = 0; i < STREAMS + OTHERS; i++) {
                boolean stream = i < STREAMS;
                String path = stream && i % 2 == 0 ? OLLAMA : OPENAI;
                running.add(clients.submit(() -> ask(path, stream)));
            }
            await().until(() -> server.counters().inFlight() == STREAMS + OTHERS + 2);

            program.terminate();
            await().until(() -> get("/q/health/ready").statusCode() == 503);
            assertThat(get("/q/health/ready").asString()).contains("\"draining\"");
            assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(get("/health").jsonPath().getString("status")).isEqualTo("draining");
            assertThat(kept.readAll()).as("a connection that nothing runs on is closed").isEmpty();
            assertThat(refused(OPENAI, body(true)))
                    .containsIgnoringCase("\r\nconnection: close\r\n")
                    .contains("\r\nRetry-After: 1\r\n", "{\"error\":{\"message\":\"the gateway is")
                    .contains("\"code\":\"server_unavailable\"");
            assertThat(refused(OLLAMA, body(true)))
                    .contains("\r\nRetry-After: 1\r\n", "{\"error\":\"the gateway is stopping");
            assertThat(refused(OPENAI, large(8_000_000))).contains("\"server_unavailable\"");

            for (Future<String> answer : running) {
                assertWhole(answer.get());
            }
            assertThat(slow.skipUntil("data: [DONE]")).isGreaterThan(LONG);
            assertThat(program.isRunning()).isTrue();
            holding.close();
            assertThat(program.exit()).isEqualTo(TERMINATED);
            assertThat(program.output()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    private String refused(String path, String body) throws IOException {
        try (RawClient client = new RawClient(program.url())) {
            String answer = client.post(path, body).readAll();
            assertThat(answer).startsWith("HTTP/1.1 503");
            return answer;
        }
    }

    private static void assertWhole(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 200").doesNotContain("error");
        if (answer.contains("text/event-stream")) {
            assertThat(answer).contains("data: [DONE]");
        } else {
            assertThat(answer).containsAnyOf("\"done\":true", "\"usage\":");
        }
    }

    @Test
    void whatOutlastsTheTimeoutEndsInWordsAndLeavesNothingBehind() throws Exception {
        startTheProgram(Duration.ofSeconds(3));
        String large = large(2_000_000);
        try (RawClient openAi = hanging(new Fault.HangMidStream(3), OPENAI, body(true));
                RawClient ollama = hanging(new Fault.HangMidStream(3), OLLAMA, body(true));
                RawClient waiting = hanging(new Fault.HangBeforeHead(), OPENAI, large);
                RawClient uploading = new RawClient(program.url())) {
            uploading.send(
                    "POST "
                            + OPENAI
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n");
            uploading.send(large);
            openAi.readUntil("data: {");
            ollama.readUntil("\"done\":false");
            await().until(() -> bodies() == 2);

            program.terminate();
            assertThat(openAi.readWhatComes())
                    .contains("\r\nevent: error\ndata: {\"error\":{\"message\":")
                    .contains("the gateway is stopping")
                    .doesNotContain("[DONE]");
            assertThat(ollama.readWhatComes())
                    .contains("\"error\":\"server error: connection lost: the gateway is stopping")
                    .doesNotContain("\"done\":true");
            assertThat(waiting.readUntil("}}"))
                    .startsWith("HTTP/1.1 503")
                    .contains("\"code\":\"server_unavailable\"");
            assertThat(uploading.readUntil("}}")).startsWith("HTTP/1.1 503");
            await().until(() -> server.counters().cancelled() == 3);
            assertThat(program.exit()).isEqualTo(TERMINATED);
            assertThat(program.output()).doesNotContain("ERROR", "Exception", "strike");
            assertThat(bodies()).isZero();
        }
    }

    private long bodies() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.toString().endsWith(".body")).count();
        }
    }

    @Test
    void aSecondSignalDoesNotWait() throws Exception {
        startTheProgram(FOR_EVER);
        try (RawClient client = hanging(new Fault.HangMidStream(3), OPENAI, body(true))) {
            client.readUntil("data: {");
            program.terminate();
            await().until(() -> program.output().contains("a second signal ends them now"));
            program.terminate();
            assertThat(client.readWhatComes()).contains("event: error");
            assertThat(program.exit()).isEqualTo(TERMINATED);
        }
    }

    @Test
    void aStreamOfTheFleetEndsAndDelaysNothing() throws Exception {
        startTheProgram(FOR_EVER);
        try (EventStream stream = new EventStream(program.url().resolve("/admin/events"))) {
            stream.first(event -> event.name().equals("snapshot"));
            program.terminate();
            await().until(stream::ended);
            assertThat(program.exit()).isEqualTo(TERMINATED);
            assertThat(program.output()).doesNotContain("ERROR", "WARN", "Exception");
        }
    }

    @Test
    void aProbeAndARefreshThatAreUnderWayEndInSilence() throws Exception {
        server.fault(new Fault.HangBeforeHead(), Fault.Scope.ALL);
        launch(FOR_EVER);
        assertThat(program.url()).isNotNull();
        await().until(() -> server.received().size() == 2);
        program.terminate();
        assertThat(program.exit()).isEqualTo(TERMINATED);
        assertThat(program.output()).doesNotContain("ERROR", "WARN", "Exception");
        assertThat(temporary.resolve("catalogue").resolve(".lease")).doesNotExist();
    }
}
