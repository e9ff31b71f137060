package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The packaged program under what breaks others: a killed server, clients that leave or crawl. */
@Isolated("it looks at memory and at time")
class ResilienceIT {
    private static final int CLIENTS = 500;
    private static final int TOKENS = 60;

    private final Vertx vertx = Vertx.vertx();
    private SimulatedFleet fleet;
    private Program program;

    @BeforeEach
    void start() throws IOException {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withTokensPerSecond(20)
                        .withTokensPerAnswer(TOKENS)
                        .withParallel(2_000)
                        .withLoadTime(Duration.ZERO);
        fleet = SimulatedFleet.start(vertx, 3, settings);
        String servers = fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
        program =
                Program.start(
                        Map.of("CORTEX_SERVERS", servers, "CORTEX_MAX_CONCURRENT", "1000"),
                        "--port",
                        "0");
        program.ready();
    }

    @AfterEach
    void stop() throws InterruptedException {
        program.close();
        fleet.close();
        vertx.close();
    }

    private static String body(boolean stream) {
        return "{\"model\":\"llama3.2:3b\",\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(stream);
    }

    private int workedOn() {
        return fleet.servers().stream().mapToInt(server -> server.counters().inFlight()).sum();
    }

    /** The whole answer, head included, as the client saw it. */
    private String ask(boolean stream) throws IOException {
        try (RawClient client = new RawClient(program.url())) {
            client.post("/v1/chat/completions", body(stream));
            return stream ? client.readUntil("\r\n0\r\n\r\n") : client.readUntil("\"usage\":");
        }
    }

    @Test
    void aServerThatDiesUnder500RequestsIsNoticedOnlyInMidStreamAndNeverAsAShortAnswer()
            throws Exception {
        int broken = 0;
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                boolean stream = i % 2 == 0;
                running.add(clients.submit(() -> ask(stream)));
            }
            await().until(() -> workedOn() == CLIENTS);
            fleet.servers().get(1).stop();
            for (Future<String> answer : running) {
                broken += check(answer.get()) ? 0 : 1;
            }
        }
        assertThat(broken).isPositive();
        assertThat(workedOn()).isZero();
    }

    /** Whether the answer is whole; when it is not, it must say so. */
    private static boolean check(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 200");
        if (answer.contains("text/event-stream")) {
            boolean whole = answer.contains("data: [DONE]");
            assertThat(answer.contains("event: error")).isNotEqualTo(whole);
            assertThat(whole ? tokens(answer) : TOKENS).isGreaterThanOrEqualTo(TOKENS);
            return whole;
        }
        assertThat(answer).contains("\"usage\":");
        return true;
    }

    private static int tokens(String answer) {
        return answer.split("data: \\{").length - 1;
    }

    @Test
    void aThousandAbortedStreamsLeaveNothingBehind() throws Exception {
        abort(200); // classes, pools and buffers are there now
        long descriptors = program.openDescriptors();
        long megabytes = program.residentMegabytes();
        abort(1_000);
        await().until(() -> workedOn() == 0);
        await().until(() -> program.openDescriptors() <= descriptors + 5);
        assertThat(program.residentMegabytes()).isLessThan(megabytes + 40);
        String health = RestAssured.get(program.url() + "/health").asString();
        assertThat(health).doesNotContain("\"open\"").contains("\"in_flight\":0,\"strikes\":0");
    }

    private void abort(int streams) throws IOException {
        for (int i = 0; i < streams; i++) {
            try (RawClient client = new RawClient(program.url())) {
                client.post("/v1/chat/completions", body(true)).readUntil("data: {");
            }
        }
    }

    /** The heap is 96 MB: an answer of 200 MB that is not held back ends the process. */
    @Test
    void aClientThatDoesNotReadHoldsTheServerBackAndNotTheMemory() throws Exception {
        fleet.servers().getFirst().fault(new Fault.Flood(200_000_000), 1);
        try (RawClient crawling = new RawClient(program.url())) {
            crawling.post("/v1/chat/completions", body(true)).readUntil("data: {");
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<String>> others = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    others.add(clients.submit(() -> ask(true)));
                }
                for (Future<String> other : others) {
                    assertThat(other.get()).contains("data: [DONE]");
                }
            }
            assertThat(program.residentMegabytes()).isLessThan(250);
            assertThat(crawling.skipUntil("data: [DONE]")).isGreaterThan(200_000_000L);
        }
        assertThat(program.residentMegabytes()).isLessThan(250);
    }
}
