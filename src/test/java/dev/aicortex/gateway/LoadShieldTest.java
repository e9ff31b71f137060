package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.gateway.watch.Watch;
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
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
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

    @Inject Watch watch;

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

    /** Ollama tells how long a load took only with words. */
    @Test
    void howLongALoadTakesIsLearnedFromIt() {
        String server = ask(body(model, false)).header("X-Cortex-Server");

        JsonPath told = RestAssured.get("/admin/models/" + model).jsonPath();

        assertThat(told.getInt("holders.find { it.url == '%s' }.load_ms".formatted(server)))
                .isBetween(400, 60_000);
    }

    @Test
    void whyNoServerLoadedTheModelIsInItsTimeline() {
        servers.faultEverywhere(new Fault.Status500("CUDA error: out of memory"));
        Response answer = ask(body(model, false));

        JsonPath told = timeline(answer);

        assertThat(told.<String>getList("events.what"))
                .containsExactly("arrived", "loaded", "loaded", "loaded", "waited", "ended");
        assertThat(told.<String>getList("events.server"))
                .containsOnlyOnceElementsOf(
                        servers.all().stream().map(GatewayFlow::address).toList());
        assertThat(told.getString("events[1].reason")).contains("CUDA error: out of memory");
        assertThat(told.getString("events[5].reason")).contains(address(servers.first()));
        assertThat(failures()).hasSize(3).allMatch(reason -> reason.contains("out of memory"));
    }

    @Test
    void howLongItWaitedForTheLoadIsTold() {
        JsonPath told = timeline(ask(body(model, false)));

        assertThat(told.<String>getList("events.what"))
                .containsExactly("arrived", "loaded", "waited", "asking", "ended");
        assertThat(told.getString("events[1].reason")).isNull();
        assertThat(told.getInt("events[1].millis")).isGreaterThan(200);
    }

    private JsonPath timeline(Response answer) {
        String path = "/admin/requests/" + answer.header("x-request-id");
        return await().until(() -> RestAssured.get(path), told -> told.statusCode() == 200)
                .jsonPath();
    }

    /** The last one of each server. */
    private List<String> failures() {
        return fleet.snapshot().states().stream()
                .map(state -> watch.pace(state.server()))
                .map(pace -> pace.failure().reason())
                .toList();
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
