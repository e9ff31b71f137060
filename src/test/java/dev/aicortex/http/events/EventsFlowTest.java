package dev.aicortex.http.events;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.EventStream;
import dev.aicortex.testing.EventStream.Event;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of the fleet and the last requests, through the real port. */
@QuarkusTest
@Timeout(90)
class EventsFlowTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";

    private final List<EventStream> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(EventStream::close);
        RestAssured.post("/admin/servers/" + servers.first().url().getAuthority() + "/undrain");
    }

    private EventStream stream(String... headers) throws Exception {
        EventStream stream = new EventStream(gateway().resolve("/admin/events"), headers);
        open.add(stream);
        return stream;
    }

    private static boolean snapshot(Event event) {
        return event.name().equals("snapshot");
    }

    private static Predicate<Event> state(SimulatedServer server, String state) {
        return event ->
                event.server(address(server))
                        .filter(view -> view.path("state").asText().equals(state))
                        .isPresent();
    }

    private static Predicate<Event> request(String id) {
        return event ->
                event.data()
                        .path("requests")
                        .valueStream()
                        .anyMatch(each -> each.path("id").asText().equals(id));
    }

    private static String id(Response answer) {
        return answer.header("x-request-id");
    }

    @Test
    void aSnapshotHasAllAndAChangeTheRequestThatEnded() throws Exception {
        Response before = post(CHAT, body(MODEL, true));
        EventStream stream = stream();
        assertThat(stream.answer().headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(stream.answer().headers().firstValue("X-Accel-Buffering")).hasValue("no");
        assertThat(stream.answer().headers().firstValue("Content-Encoding")).isEmpty();

        Event first = stream.first(_ -> true);
        assertThat(first.name()).isEqualTo("snapshot");
        assertThat(first.data().path("servers")).hasSize(3);
        assertThat(first.data().path("status").asText()).isEqualTo("up");
        assertThat(first.data().path("waiting").isArray()).isTrue();
        stream.first(request(id(before))); // in the snapshot, or in the look after it
        JsonNode server = first.server(address(servers.first())).orElseThrow();
        assertThat(server.path("state").asText()).isEqualTo("up");
        assertThat(server.path("name").asText()).isEqualTo(servers.first().url().getAuthority());
        assertThat(server.path("models").asInt()).isEqualTo(2);
        assertThat(server.path("places").asInt()).isPositive();
        assertThat(server.path("history").path("p50").isArray()).isTrue();
        assertThat(server.path("added").asBoolean()).isFalse();

        Response answer = post(CHAT, body(MODEL, false));
        Event change = stream.firstAfter(first, request(id(answer)));
        assertThat(change.name()).isEqualTo("change");
        JsonNode ended =
                change.data()
                        .path("requests")
                        .valueStream()
                        .filter(each -> each.path("id").asText().equals(id(answer)))
                        .findFirst()
                        .orElseThrow();
        assertThat(ended.path("outcome").asText()).isEqualTo("complete");
        assertThat(ended.path("server").asText()).isEqualTo(answer.header("X-Cortex-Server"));
        assertThat(ended.path("completion_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void aServerThatDiesIsDownThoughNoRequestGoesThere() throws Exception {
        EventStream stream = stream();
        Event before = stream.first(EventsFlowTest::snapshot);

        servers.first().fault(new Fault.Refuse());

        Event down = stream.firstAfter(before, state(servers.first(), "down"));
        assertThat(down.server(address(servers.first())).orElseThrow().path("reason").asText())
                .contains("connection refused");
        assertThat(down.data().path("status").asText()).isEqualTo("degraded");
        servers.heal();
        stream.firstAfter(down, state(servers.first(), "up"));
    }

    @Test
    void drainingIsToldAndSoIsItsEnd() throws Exception {
        EventStream stream = stream();
        Event before = stream.first(EventsFlowTest::snapshot);
        String path = "/admin/servers/" + servers.first().url().getAuthority();

        RestAssured.post(path + "/drain");
        Event draining = stream.firstAfter(before, state(servers.first(), "draining"));
        RestAssured.post(path + "/undrain");
        stream.firstAfter(draining, state(servers.first(), "up"));
    }

    @Test
    void whatRunsIsCountedAsInTheMetrics() throws Exception {
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post(CHAT, body(MODEL, true)).readUntil("data: ");
            Event running =
                    stream().first(event -> event.data().at("/totals/in_flight").asInt() == 1);
            assertThat(running.data().path("servers").valueStream())
                    .extracting(server -> server.path("in_flight").asInt())
                    .contains(1);
            assertThat(metric("cortex_server_in_flight")).isEqualTo(1);
            assertThat(running.data().at("/totals/waiting").asDouble())
                    .isEqualTo(metric("cortex_queue_waiting"));
        }
    }

    private static double metric(String name) {
        return RestAssured.get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void whoComesBackGetsWhatWasMissedAndNothingTwice() throws Exception {
        EventStream all = stream();
        Event first = all.first(EventsFlowTest::snapshot);
        EventStream leaves = stream();
        leaves.first(EventsFlowTest::snapshot);
        Response one = post(CHAT, body(MODEL, false));
        Event last = leaves.first(request(id(one)));
        leaves.close();
        Response two = post(CHAT, body(MODEL, false));
        all.firstAfter(first, request(id(two)));

        EventStream back = stream("Last-Event-ID", last.id());
        Event missed = back.first(request(id(two)));
        Response three = post(CHAT, body(MODEL, false));
        Event newest = back.firstAfter(missed, request(id(three)));
        all.first(request(id(three)));

        assertThat(back.events()).extracting(Event::name).doesNotContain("snapshot");
        assertThat(ids(back, newest)).isEqualTo(idsAfter(all, last.id(), newest));
    }

    private static List<String> ids(EventStream stream, Event upTo) {
        return Stream.concat(
                        stream.events().stream()
                                .filter(event -> event.name().equals("change"))
                                .takeWhile(event -> !event.id().equals(upTo.id())),
                        Stream.of(upTo))
                .map(Event::id)
                .toList();
    }

    private static List<String> idsAfter(EventStream stream, String id, Event upTo) {
        List<String> ids = ids(stream, upTo);
        return ids.subList(ids.indexOf(id) + 1, ids.size());
    }

    @Test
    void anIdThatIsNotKnownGetsASnapshot() throws Exception {
        Event known = stream().first(EventsFlowTest::snapshot);
        String process = known.id().substring(0, known.id().indexOf('-'));
        String other = process.equals("00000000") ? "11111111" : "00000000";
        for (String id : List.of("nonsense", other + "-1", process + "-999999", "")) {
            assertThat(stream("Last-Event-ID", id).first(_ -> true).name())
                    .as(id)
                    .isEqualTo("snapshot");
        }
    }

    @Test
    void aListenerThatReadsNothingDelaysNobody() throws Exception {
        try (RawClient slow = RawClient.withoutBuffer(gateway())) {
            slow.send("GET /admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            EventStream stream = stream();
            Event before = stream.first(EventsFlowTest::snapshot);
            for (int i = 0; i < 3; i++) {
                Response answer = post(CHAT, body(MODEL, false));
                before = stream.firstAfter(before, request(id(answer)));
            }
            assertThat(slow.readUntil("change")).contains("snapshot");
        }
    }

    @Test
    void aTimelineTellsWhyTheFirstServerFailed() {
        servers.faultNext(new Fault.Status500("llama runner process has terminated"), 1);
        Response answer = post(CHAT, body(MODEL, true));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");

        Response told = timeline(id(answer));

        assertThat(told.jsonPath().getString("request.id")).isEqualTo(id(answer));
        assertThat(told.jsonPath().getInt("request.attempts")).isEqualTo(2);
        assertThat(told.jsonPath().<String>getList("events.what"))
                .containsExactly("arrived", "asking", "failed", "asking", "first_token", "ended");
        assertThat(told.jsonPath().getString("events[1].server"))
                .isNotEqualTo(answer.header("X-Cortex-Server"));
        assertThat(told.jsonPath().getString("events[1].explain.policy"))
                .isEqualTo("expected-first-token");
        assertThat(told.jsonPath().getString("events[2].reason"))
                .endsWith("it answered 500: runner");
        assertThat(told.jsonPath().getString("events[3].server"))
                .isEqualTo(answer.header("X-Cortex-Server"));
        assertThat(told.asString()).doesNotContain("llama runner", "sky");
    }

    private static Response timeline(String id) {
        return await().until(
                        () -> RestAssured.get("/admin/requests/" + id),
                        answer -> answer.statusCode() == 200);
    }

    @Test
    void aTimelineTellsThatTheClientLeft() throws Exception {
        servers.first().fault(new Fault.HangMidStream(2));
        String id = "left-in-the-middle";
        try (RawClient client = new RawClient(gateway())) {
            client.post(CHAT, body(FIRST_ONLY, true), "x-request-id: " + id).readUntil("data: ");
        }

        Response told = timeline(id);

        assertThat(told.jsonPath().getString("request.outcome")).isEqualTo("client_gone");
        assertThat(told.jsonPath().<String>getList("events.what"))
                .startsWith("arrived", "asking", "first_token")
                .endsWith("ended");
    }

    @Test
    void whatIsRefusedInTheGatewayIsThereToo() {
        Response refused = post(CHAT, body("nobody-has:this", false));

        Response told = timeline(id(refused));

        assertThat(told.jsonPath().getString("request.outcome")).isEqualTo("refused");
        assertThat(told.jsonPath().<String>getList("events.what"))
                .containsExactly("arrived", "ended");
    }

    @Test
    void requestsComeTheLatestFirst() {
        Response one = post(CHAT, body(MODEL, false));
        Response two = post(CHAT, body(MODEL, false));
        timeline(id(two));

        List<String> ids =
                RestAssured.get("/admin/requests?limit=2").jsonPath().getList("requests.id");

        assertThat(ids).containsExactly(id(two), id(one));
    }

    @Test
    void aWrongLimitAndAnUnknownIdAreToldInWords() {
        Response limit = RestAssured.get("/admin/requests?limit=2001");
        assertThat(limit.statusCode()).isEqualTo(400);
        assertThat(limit.asString()).contains("write a number from 1 to 2000");
        Response id = RestAssured.get("/admin/requests/nobodys");
        assertThat(id.statusCode()).isEqualTo(404);
        assertThat(id.asString()).contains("request_not_found");
    }

    @Test
    void whatWasAskedIsNotKeptUnlessThatIsSet() {
        String id = id(post(CHAT, body(MODEL, false)));
        timeline(id);
        for (String path : List.of("/admin/captures", "/admin/captures/" + id)) {
            Response answer = RestAssured.get(path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.asString()).contains("captures_off", "set cortex.captures to");
        }
    }

    @Test
    void aStrangerGetsNothing() {
        for (String path : List.of("/admin/events", "/admin/requests", "/admin/requests/x")) {
            assertThat(
                            RestAssured.given()
                                    .header("Origin", "http://elsewhere")
                                    .get(path)
                                    .statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
    }
}
