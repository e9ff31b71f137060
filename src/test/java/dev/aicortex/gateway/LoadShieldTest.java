package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.model.ModelName;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models are loaded by the gateway, once, whoever waits for them. */
@QuarkusTest
@TestProfile(WaitingGateway.class)
class LoadShieldTest extends GatewayFlow {
    private static int models;
    private String model = "";

    /** One that no server has in memory yet. */
    @BeforeEach
    void putAModelOnEachServer() {
        model = "cold" + models++ + ":3b";
        servers.all()
                .forEach(server ->
                        server.models(
                                List.of(SimulatedModel.llama32(), SimulatedModel.named(model))));
        FleetFixtures.reset(fleet);
    }

    private Response ask(String body) {
        return RestAssured.given()
                .contentType("application/json")
                .header("x-api-key", "secret-of-alice")
                .body(body)
                .post("/api/chat");
    }

    private List<ReceivedRequest> received(SimulatedServer server) {
        return server.received().stream()
                .filter(request -> request.text().contains(model))
                .toList();
    }

    private long loads() {
        return servers.all().stream()
                .flatMap(server -> received(server).stream())
                .filter(request -> request.uri().equals("/api/generate"))
                .count();
    }

    @Test
    void requestsForAColdModelShareOneLoad() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Response>> answers =
                    IntStream.range(0, 3)
                            .mapToObj(_ -> threads.submit(() -> ask(body(model, false))))
                            .toList();
            for (Future<Response> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
        }
        assertThat(loads()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesBreaksNoLoadOff() throws Exception {
        String body = body(model, true);
        RawClient leaving =
                new RawClient(gateway())
                        .send(
                                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nx-api-key: secret-of-alice\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                        .formatted(body.length(), body));
        await().until(() -> loads() == 1);
        leaving.close();
        await().until(() ->
                fleet.snapshot().pool(ModelName.of(model)).size() == 3 && anyResident());
        assertThat(servers.all().stream().mapToLong(s -> s.counters().cancelled()).sum())
                .isEqualTo(cancelledBefore());
        assertThat(loads()).isEqualTo(1);
    }

    private long cancelledBefore() {
        return servers.all().stream()
                .flatMap(server -> server.received().stream())
                .filter(request -> !request.text().contains(model) && request.cancelled())
                .count();
    }

    private boolean anyResident() {
        var pool = fleet.snapshot().pool(ModelName.of(model));
        return IntStream.range(0, pool.size()).anyMatch(i -> pool.holding(i).resident());
    }

    @Test
    void theModelIsLoadedWithTheContextLengthOfTheRequest() {
        String body =
                """
                {"model":"%s","stream":false,"options":{"num_ctx":2048,"seed":1},"messages":[{"role":"user","content":"hi"}]}\
                """
                        .formatted(model);
        assertThat(ask(body).statusCode()).isEqualTo(200);
        String load =
                servers.all().stream()
                        .flatMap(server -> received(server).stream())
                        .filter(request -> request.uri().equals("/api/generate"))
                        .findFirst()
                        .orElseThrow()
                        .text();
        assertThat(load).contains("\"num_ctx\":2048").doesNotContain("prompt");
    }

    @Test
    void aServerThatCannotLoadItIsLeftForAnother() {
        servers.first().fault(new Fault.Status500("llama runner process has terminated"));
        Response answer = ask(body(model, false));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Server")).isNotEqualTo(address(servers.first()));
    }

    @Test
    void aLoadThatFailsEverywhereIsOneErrorThatSaysSo() {
        servers.faultEverywhere(new Fault.Status500("CUDA error: out of memory"));
        Response answer = ask(body(model, false));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.asString()).contains(address(servers.first()));
    }

    @Test
    void aHangOfAModelThatIsInMemoryFailsOverInTime() {
        ask(body(MODEL, false));
        servers.all().forEach(server -> ask(body(MODEL, false)));
        String holder = ask(body(MODEL, true)).header("X-Cortex-Server");
        servers.all().stream()
                .filter(server -> address(server).equals(holder))
                .forEach(server -> server.fault(new Fault.Stopped()));
        Response answer = ask(body(MODEL, true));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
    }
}
