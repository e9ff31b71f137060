package dev.aicortex.gateway;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Rest;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.SleepingMachine;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose machine sleeps until a request needs it, and sleeps again when none does. */
@QuarkusTest
@TestProfile(WakingTest.Sleeping.class)
class WakingTest extends GatewayFlow {
    private static final String MODEL = "qwen3:8b";
    private static final String PORT = "test.machine.port";
    private static final String SWITCH = "test.machine.switch";

    @ConfigProperty(name = PORT)
    int port;

    @ConfigProperty(name = SWITCH)
    int switchPort;

    private SleepingMachine machine;

    /** One more server, which is off at first. */
    public static class Sleeping implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            int port = SleepingMachine.port();
            int power = SleepingMachine.port();
            return Map.of(
                    PORT,
                    "" + port,
                    SWITCH,
                    "" + power,
                    "cortex.server.attic.url",
                    "http://127.0.0.1:" + port,
                    "cortex.server.attic.wake",
                    "http://127.0.0.1:" + power + "/on",
                    "cortex.server.attic.sleep",
                    "http://127.0.0.1:" + power + "/off",
                    "cortex.server.attic.sleep-after",
                    "2s",
                    "cortex.wake.timeout",
                    "6s",
                    "cortex.heartbeat",
                    "1s",
                    "cortex.health.recovery-interval",
                    "1s");
        }
    }

    @BeforeEach
    void fallAsleep() throws IOException {
        machine = new SleepingMachine(port, switchPort);
        FleetFixtures.rested(attic().server());
        if (attic().models().isEmpty()) { // it is to be known what it holds
            machine.run();
            await().until(() -> attic().up());
            machine.stop();
        }
        FleetFixtures.reset(fleet);
        await().until(() -> attic().health().word().equals("asleep"));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private ServerState attic() {
        return fleet.snapshot().byUrl().get(url());
    }

    private String url() {
        return ServerUrl.of("http://127.0.0.1:" + port).toString();
    }

    private static Response chat() {
        return post("/v1/chat/completions", body(MODEL, false));
    }

    private static String metric(String name) {
        return get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("");
    }

    @Test
    void aRequestWakesTheServerThatAloneHoldsItsModel() {
        Response answer = chat();
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(url());
        assertThat(machine.wakes()).isEqualTo(1);
        assertThat(metric("cortex_server_wakes_total{server=\"" + url())).isNotEmpty();
    }

    @Test
    void whatAnotherServerHoldsWakesNobody() {
        assertThat(post("/v1/chat/completions", body("llama3.2:3b", false)).statusCode())
                .isEqualTo(200);
        assertThat(post("/v1/chat/completions", body("nobody:1b", false)).statusCode())
                .isEqualTo(404);
        assertThat(machine.wakes()).isZero();
    }

    @Test
    void aSleepingServerIsShownAsOneAndItsModelsAreListed() {
        JsonPath health = get("/health").jsonPath();
        assertThat(health.getString("servers.find { it.url == '%s' }.status".formatted(url())))
                .isEqualTo("asleep");
        assertThat(health.getString("status")).isEqualTo("up");
        assertThat(get("/api/tags").jsonPath().getList("models.name")).contains(MODEL);
        assertThat(get("/v1/models").jsonPath().getList("data.id")).contains(MODEL);
        assertThat(metric("cortex_server_asleep{server=\"" + url())).endsWith(" 1.0");
        assertThat(metric("cortex_server_up{server=\"" + url())).endsWith(" 0.0");
        assertThat(
                        given().body(body(MODEL, false))
                                .post("/admin/explain")
                                .jsonPath()
                                .getString("servers[0].reason"))
                .startsWith("asleep: ");
    }

    @Test
    void oneWakeServesAllThatAsk() throws IOException {
        CompletableFuture<Void> boot = new CompletableFuture<>();
        machine.boots(boot);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawClient client = new RawClient(gateway());
            clients.add(client.post("/v1/chat/completions", body(MODEL, true)));
        }
        for (RawClient client : clients) {
            client.readUntil(": waking ");
        }
        boot.complete(null);
        for (RawClient client : clients) {
            assertThat(client.readUntil("\r\n0\r\n")).contains("[DONE]");
            client.close();
        }
        assertThat(machine.wakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, [DONE]",
        "/v1/messages, message_stop",
        "/v1/responses, response.completed",
    })
    void theClientOfAStreamIsToldWhatItWaitsFor(String path, String end) throws IOException {
        CompletableFuture<Void> boot = new CompletableFuture<>();
        machine.boots(boot);
        String body =
                path.endsWith("responses")
                        ? "{\"model\":\"%s\",\"stream\":true,\"input\":\"Why?\"}".formatted(MODEL)
                        : body(MODEL, true).replaceFirst("\\{", "{\"max_tokens\":4,");
        try (RawClient client = new RawClient(gateway())) {
            client.post(path, body);
            assertThat(client.readUntil(": waking 127.0.0.1:" + port + "\n"))
                    .startsWith("HTTP/1.1 200")
                    .contains("text/event-stream");
            boot.complete(null);
            assertThat(client.readUntil("\r\n0\r\n")).contains(end).doesNotContain("event: error");
        }
    }

    @Test
    void theClientOfLinesIsToldInThoughtsWhenItWantsThat() throws IOException {
        CompletableFuture<Void> boot = new CompletableFuture<>();
        machine.boots(boot);
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, true), "X-Cortex-Progress: reasoning");
            client.readUntil("[AI Cortex: waking 127.0.0.1:" + port + "]");
            boot.complete(null);
            assertThat(client.readUntil("\r\n0\r\n")).contains("\"done\":true");
        }
    }

    @Test
    void aClientThatLeavesDoesNotEndTheWake() throws IOException {
        CompletableFuture<Void> boot = new CompletableFuture<>();
        machine.boots(boot);
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, true)).readUntil(": waking ");
        }
        boot.complete(null);
        await().until(() -> attic().up());
    }

    @Test
    void aRequestWhoseTimeIsOverIsToldWhatItWaitedFor() {
        CompletableFuture<Void> boot = new CompletableFuture<>();
        machine.boots(boot);
        Response answer =
                given().header("X-Cortex-Deadline", "1s")
                        .body(body(MODEL, false))
                        .post("/v1/chat/completions");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.asString()).contains("X-Cortex-Deadline", ": waking 127.0.0.1:" + port);
        boot.complete(null);
        await().until(() -> attic().up()); // the wake goes on
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/api/chat", "/v1/messages"})
    void oneThatDoesNotComeIsNamedAndNotWokenAgainAtOnce(String path) {
        machine.broken(true);
        String body = body(MODEL, false).replaceFirst("\\{", "{\"max_tokens\":4,");
        for (int i = 0; i < 2; i++) {
            Response answer = post(path, body);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.asString())
                    .contains(url(), "it was woken and did not answer within 6 s");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isGreaterThan(5);
        }
        assertThat(machine.wakes()).isEqualTo(1);
        assertThat(attic().health().word()).isEqualTo("down");
        assertThat(get("/api/tags").jsonPath().getList("models.name")).doesNotContain(MODEL);
    }

    @Test
    void aSwitchThatRefusesIsTold() {
        machine.refuses();
        Response answer = chat();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.asString())
                .contains(url(), "it could not be woken within 6 s: its URL answered 403");
    }

    @Test
    void aStreamThatWaitsInVainEndsWithAnError() {
        machine.broken(true);
        assertThat(broken("/v1/chat/completions", body(MODEL, true)))
                .contains(": waking ", "event: error", "it was woken and did not answer");
    }

    @Test
    void anIdleServerIsPutToSleepAndWokenAgain() {
        for (int i = 1; i <= 2; i++) {
            assertThat(chat().statusCode()).isEqualTo(200);
            assertThat(machine.wakes()).isEqualTo(i);
            int times = i;
            await().until(() -> machine.sleeps() == times);
            await().until(() -> attic().health().word().equals("asleep"));
        }
    }

    @Test
    void aRequestThatRunsKeepsItAwake() {
        assertThat(chat().statusCode()).isEqualTo(200);
        Server server = attic().server();
        server.reserveAnyway(); // as a request does
        await().during(Duration.ofSeconds(4))
                .until(() -> server.rest().stage() == Rest.Stage.AWAKE);
        assertThat(machine.sleeps()).isZero();
        server.release();
        await().until(() -> machine.sleeps() == 1);
    }

    @Test
    void aRequestEndsItsRetirement() {
        assertThat(chat().statusCode()).isEqualTo(200);
        boolean _ = attic().server().rest().go(Rest.Stage.AWAKE, Rest.Stage.RETIRING);
        assertThat(chat().statusCode()).isEqualTo(200);
    }

    @Test
    void oneThatWasSwitchedOffByHandIsWoken() {
        assertThat(chat().statusCode()).isEqualTo(200);
        machine.stop(); // and the gateway does not know it yet
        assertThat(chat().statusCode()).isEqualTo(200);
        assertThat(machine.wakes()).isEqualTo(2);
    }
}
