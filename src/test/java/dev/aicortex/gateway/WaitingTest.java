package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.EventStream;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests wait in the gateway where the only server of their model has no place. */
@QuarkusTest
@TestProfile(WaitingGateway.class)
class WaitingTest extends GatewayFlow {
    private static final String PATH = "/v1/chat/completions";
    private static final Map<String, String> ALICE =
            Map.of("Authorization", "Bearer secret-of-alice");

    private final List<RawClient> clients = new ArrayList<>();

    private Response ask(Map<String, String> headers) {
        return RestAssured.given()
                .contentType("application/json")
                .headers(ALICE)
                .headers(headers)
                .body(body(FIRST_ONLY, false))
                .post(PATH);
    }

    private RawClient client(String headers) throws IOException {
        return client(headers, body(FIRST_ONLY, true));
    }

    private RawClient client(String headers, String body) throws IOException {
        RawClient client =
                new RawClient(gateway())
                        .send(
                                "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret-of-alice\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                        .formatted(PATH, headers, body.length(), body));
        clients.add(client);
        return client;
    }

    /** As Open WebUI asks for a title; nobody waits for it. */
    private static final String TITLE =
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"### Task:\\nGenerate a concise title summarizing the chat history.\"}],\"stream\":false}"
                    .formatted(FIRST_ONLY);

    private double waiting(String priority) {
        return metric("cortex_queue_waiting{priority=\"" + priority + "\"}");
    }

    private static double metric(String name) {
        return RestAssured.get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** A stream that takes the only place and keeps it until its client leaves. */
    private RawClient holder;

    @BeforeEach
    void takeTheOnlyPlace() throws IOException {
        assertThat(ask(Map.of()).statusCode()).isEqualTo(200);
        servers.first().fault(new Fault.HangMidStream(2), 1);
        holder = client("");
        holder.readUntil("data: ");
    }

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aRequestWaitsUntilThePlaceIsFreeAndIsToldHowLong() throws Exception {
        RawClient waiting = client("");
        await().until(() -> waiting("normal") == 1);
        assertThat(servers.first().counters().inFlight()).isEqualTo(1);
        holder.close();
        String answer = waiting.readUntil("[DONE]");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("[DONE]");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("x-cortex-queue-wait: ", "x-cortex-queue-ahead: 0");
        assertThat(metric("cortex_queue_wait_seconds_count{priority=\"normal\"}")).isPositive();
    }

    @Test
    void theStreamOfTheFleetAndTheTimelineTellOfTheWait() throws Exception {
        RawClient waiting = client("x-request-id: the-one-that-waits\r\n");
        await().until(() -> waiting("normal") == 1);
        try (EventStream stream = new EventStream(gateway().resolve("/admin/events"))) {
            EventStream.Event told =
                    stream.first(event ->
                            event.server(address(servers.first()))
                                    .filter(view -> view.path("state").asText().equals("waiting"))
                                    .isPresent());
            assertThat(told.data().at("/totals/waiting").asInt()).isEqualTo(1);
            assertThat(told.data().at("/waiting/0/model").asText()).isEqualTo(FIRST_ONLY);
            assertThat(told.data().at("/waiting/0/waiting").asInt()).isEqualTo(1);
        }
        holder.close();
        waiting.readUntil("[DONE]");
        Response timeline =
                await().until(
                                () -> RestAssured.get("/admin/requests/the-one-that-waits"),
                                answer -> answer.statusCode() == 200);
        assertThat(timeline.jsonPath().<String>getList("events.what"))
                .containsExactly("arrived", "waited", "asking", "first_token", "ended");
        assertThat(timeline.jsonPath().getLong("events[1].millis"))
                .isEqualTo(timeline.jsonPath().getLong("request.waited_ms"))
                .isPositive();
    }

    @Test
    void whatIsMoreUrgentIsAnsweredFirst() throws Exception {
        RawClient batch = client("X-Cortex-Priority: batch\r\n");
        await().until(() -> waiting("batch") == 1);
        servers.first().fault(new Fault.HangMidStream(2), 1);
        RawClient interactive = client("X-Cortex-Priority: Interactive\r\n");
        await().until(() -> waiting("interactive") == 1);
        holder.close();
        assertThat(interactive.readUntil("data: ")).startsWith("HTTP/1.1 200");
        assertThat(waiting("batch")).isEqualTo(1);
        interactive.close();
        assertThat(batch.readUntil("[DONE]")).contains("[DONE]");
    }

    @Test
    void whatNobodyWaitsForLetsAUsersRequestPass() throws Exception {
        RawClient title = client("X-OpenWebUI-Chat-Id: 7\r\n", TITLE);
        await().until(() -> waiting("batch") == 1);
        servers.first().fault(new Fault.HangMidStream(2), 1);
        RawClient chat = client("X-OpenWebUI-Chat-Id: 7\r\n");
        await().until(() -> waiting("normal") == 1);
        holder.close();
        assertThat(chat.readUntil("data: ")).startsWith("HTTP/1.1 200");
        assertThat(waiting("batch")).isEqualTo(1);
        chat.close();
        assertThat(title.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT))
                .startsWith("http/1.1 200")
                .contains("x-cortex-priority: batch");
    }

    @Test
    void theLineIsToldByModel() throws Exception {
        client("X-Cortex-Priority: batch\r\n");
        client("");
        await().until(() -> waiting("batch") + waiting("normal") == 2);

        JsonPath model = RestAssured.get("/admin/models/" + FIRST_ONLY).jsonPath();

        assertThat(model.getInt("waiting")).isEqualTo(2);
        assertThat(model.getMap("line"))
                .containsEntry("waiting", 2)
                .containsEntry("priorities", Map.of("interactive", 0, "normal", 1, "batch", 1));
        assertThat(model.getLong("line.oldest_ms")).isNotNegative();
        assertThat(model.getMap("holders[0]"))
                .containsEntry("state", "waiting")
                .containsEntry("in_flight", 1)
                .containsEntry("places", 1);
        assertThat(
                        RestAssured.get("/admin/models")
                                .jsonPath()
                                .getInt("models.find { it.name == '" + FIRST_ONLY + "' }.waiting"))
                .isEqualTo(2);
    }

    @Test
    void aClientMaySayThatItWaitsForATitle() throws Exception {
        client("X-Cortex-Priority: normal\r\n", TITLE);
        await().until(() -> waiting("normal") == 1);
    }

    @Test
    void endUsersOfAKeyTakeTurns() throws Exception {
        RawClient first = client("X-OpenWebUI-User-Id: ann\r\n");
        await().until(() -> waiting("normal") == 1);
        client("X-OpenWebUI-User-Id: ann\r\n");
        await().until(() -> waiting("normal") == 2);
        RawClient other = client("X-OpenWebUI-User-Id: bob\r\n");
        await().until(() -> waiting("normal") == 3);
        servers.first().fault(new Fault.HangMidStream(2), 2);
        holder.close();
        assertThat(first.readUntil("data: ")).startsWith("HTTP/1.1 200");
        first.close();
        assertThat(other.readUntil("data: ")).startsWith("HTTP/1.1 200");
        assertThat(waiting("normal")).isEqualTo(1);
    }

    @Test
    void aKeySaysHowUrgentItsRequestsAre() throws Exception {
        RawClient nightly = new RawClient(gateway());
        clients.add(nightly);
        String body = body(FIRST_ONLY, true);
        nightly.send(
                "POST %s HTTP/1.1\r\nHost: localhost\r\nx-api-key: secret-of-the-night\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(PATH, body.length(), body));
        await().until(() -> waiting("batch") == 1);
    }

    @Test
    void aFullLineRefusesWithATimeToTryAgain() throws Exception {
        for (int i = 0; i < 4; i++) {
            client("");
        }
        await().until(() -> waiting("normal") == 4);
        Response refused = ask(Map.of());
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.jsonPath().getString("error.code")).isEqualTo("queue_full");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 600);
    }

    @Test
    void whatIsMoreUrgentTakesTheRoomOfWhatIsLess() throws Exception {
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(client("X-Cortex-Priority: batch\r\n"));
            int number = i + 1;
            await().until(() -> waiting("batch") == number);
        }
        client("");
        assertThat(waiting.get(3).readUntil("queue_full")).startsWith("HTTP/1.1 429");
        await().until(() -> waiting("normal") == 1 && waiting("batch") == 3);
    }

    @Test
    void whoLeavesIsNotInTheLineAnyMore() throws Exception {
        RawClient waiting = client("");
        await().until(() -> waiting("normal") == 1);
        waiting.close();
        await().until(() -> waiting("normal") == 0);
        holder.close();
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aDeadlineThatPassesIsA503() {
        Response late = ask(Map.of("X-Cortex-Deadline", "300ms"));
        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.jsonPath().getString("error.message"))
                .contains("no server had a place for model '" + FIRST_ONLY + "'");
        assertThat(late.header("Retry-After")).isNotBlank();
    }

    @Test
    void wrongHeadersAreNamed() {
        Response priority = ask(Map.of("X-Cortex-Priority", "high"));
        assertThat(priority.statusCode()).isEqualTo(400);
        assertThat(priority.jsonPath().getString("error.message"))
                .contains("X-Cortex-Priority", "high", "interactive, normal or batch");
        Response deadline = ask(Map.of("X-Cortex-Deadline", "soon"));
        assertThat(deadline.statusCode()).isEqualTo(400);
        assertThat(deadline.jsonPath().getString("error.message"))
                .contains("X-Cortex-Deadline", "soon", "500ms");
        assertThat(ask(Map.of("X-Cortex-Deadline", "")).statusCode()).isEqualTo(400);
    }

    @Test
    void aModelIsLookedUpWithoutAPlace() {
        Response shown =
                RestAssured.given()
                        .contentType("application/json")
                        .headers(ALICE)
                        .body("{\"model\":\"" + FIRST_ONLY + "\"}")
                        .post("/api/show");
        assertThat(shown.statusCode()).isEqualTo(200);
    }
}
