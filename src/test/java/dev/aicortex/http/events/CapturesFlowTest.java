package dev.aicortex.http.events;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.fleet.ServerState;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests asked and were answered, of a gateway that keeps it, through the real port. */
@QuarkusTest
@TestProfile(CapturesFlowTest.Capturing.class)
@Timeout(90)
class CapturesFlowTest extends KeysFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final String KEY = "sk-0123456789abcdef";

    /** A gateway that keeps the last four. */
    public static final class Capturing extends KeysProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> all = new HashMap<>(super.getConfigOverrides());
            all.put("cortex.captures", "4");
            all.put("cortex.cache.size", "1M");
            all.put("cortex.embeddings.batch", "2");
            return all;
        }
    }

    private static Response ask(String path, String body) {
        return admin().body(body).post(path);
    }

    private static Response capture(Response answer) {
        return capture(answer.header("x-request-id"));
    }

    /** A request ends a moment after its client has the last byte. */
    private static Response capture(String id) {
        return await().until(
                        () -> admin().get("/admin/captures/" + id),
                        told -> told.statusCode() == 200);
    }

    private static String prompt(Response capture) {
        return capture.jsonPath().getString("prompt");
    }

    private static String answer(Response capture) {
        return capture.jsonPath().getString("answer");
    }

    private static boolean cut(Response capture) {
        return capture.jsonPath().getBoolean("cut");
    }

    private static String text(Response answer) {
        return new String(answer.asByteArray(), StandardCharsets.UTF_8);
    }

    /** Understood by all routes; of no other test. */
    private static String question(boolean stream) {
        String words = "Why is the sky blue? " + UUID.randomUUID();
        return """
        {"model":"%s", "max_tokens":6,"temperature":0,"options":{"seed":7},"prompt":"%s","input":"%s",
         "messages":[{"role":"user","content":"%s"}],"stream":%b}\
        """
                .formatted(MODEL, words, words, words, stream);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, true",
        "/v1/chat/completions, false",
        "/v1/completions, true",
        "/v1/responses, true",
        "/v1/messages, true",
        "/v1/messages, false",
        "/api/chat, true",
        "/api/chat, false",
        "/api/generate, true"
    })
    void bothAreThereAsTheyWereSent(String path, boolean stream) {
        String body = question(stream);
        Response answer = ask(path, body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);

        Response told = capture(answer);

        assertThat(prompt(told)).isEqualTo(body);
        assertThat(answer(told)).isEqualTo(text(answer)).isNotBlank();
        assertThat(cut(told)).isFalse();
        assertThat(told.header("Cache-Control")).isEqualTo("no-store");
        assertThat(told.jsonPath().getMap("")).containsOnlyKeys("prompt", "answer", "cut");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/embeddings", "/api/embed"})
    void ofAListThatWasSplitThereIsTheWhole(String path) {
        SimulatedModel model = SimulatedModel.nomicEmbedText();
        servers.all().forEach(server -> server.models(List.of(model)));
        fleet.renew(fleet.snapshot().states().stream().map(ServerState::server).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        String body = "{\"model\":\"%s\",\"input\":[\"a\",\"b\",\"c\"]}".formatted(model.name());
        Response answer = ask(path, body);
        assertThat(answer.header("X-Cortex-Attempts")).as(answer.asString()).isEqualTo("2");

        Response told = capture(answer);

        assertThat(prompt(told)).isEqualTo(body);
        assertThat(answer(told)).isEqualTo(text(answer)).isNotBlank();
    }

    @Test
    void anAnswerThatIsGivenAgainIsThereToo() {
        String body = question(true);
        String first = text(ask("/api/chat", body));
        Response again = ask("/api/chat", body);
        assertThat(again.header("X-Cortex-Cache")).isEqualTo("hit");

        assertThat(answer(capture(again))).isEqualTo(first);
    }

    @Test
    void ofSeveralServersThereIsWhatTheClientGot() {
        servers.faultNext(new Fault.Status500("llama runner process has terminated"), 1);
        Response answer = ask(CHAT, question(true));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("2");
        assertThat(answer(capture(answer))).isEqualTo(text(answer)).contains("[DONE]");

        servers.faultNext(new Fault.CutReset(5), 1);
        Response resumed =
                admin().header("X-Cortex-Resume", "1").body(body(MODEL, true)).post("/api/chat");
        assertThat(text(resumed)).contains("\"resumed\":1");
        assertThat(answer(capture(resumed))).isEqualTo(text(resumed));
    }

    @Test
    void ofAStreamThatBreaksThereIsWhatCame() {
        servers.faultEverywhere(new Fault.CutReset(3));
        String id = "broken-" + UUID.randomUUID();
        String got = broken(CHAT, body(MODEL, true), credentials() + "\r\nx-request-id: " + id);
        assertThat(answer(capture(id))).isEqualTo(got).contains("event: error");
    }

    private static String credentials() {
        return "Authorization: Bearer the-token";
    }

    @Test
    void ofAClientThatLeftThereIsWhatItWasSent() throws Exception {
        servers.first().fault(new Fault.HangMidStream(2));
        String id = "left-" + UUID.randomUUID();
        String body = body(FIRST_ONLY, true);
        try (RawClient client = new RawClient(gateway())) {
            client.post(CHAT, body, credentials() + "\r\nx-request-id: " + id).readUntil("data: ");
        }
        Response told = capture(id);
        assertThat(prompt(told)).isEqualTo(body);
        assertThat(answer(told)).startsWith("data: ");
    }

    @Test
    void ofAnErrorItsBodyIsThere() {
        Response wrong = ask(CHAT, "{\"model\":\"%s\",".formatted(MODEL));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(prompt(capture(wrong))).isEqualTo("{\"model\":\"%s\",".formatted(MODEL));
        assertThat(answer(capture(wrong))).isEqualTo(text(wrong)).contains("JSON");

        Response unknown = ask("/v1/messages", body("nobody-has:this", false));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(answer(capture(unknown))).isEqualTo(text(unknown)).contains("nobody-has:this");

        servers.faultEverywhere(
                new Fault.Says(
                        400,
                        "application/json",
                        "{\"error\":\"the server says no\"}",
                        Fault.Finish.WELL));
        Response rejected = ask("/api/chat", body(MODEL, true));
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(answer(capture(rejected)))
                .isEqualTo(text(rejected))
                .contains("the server says no");
    }

    @ParameterizedTest
    @CsvSource({"300_000", "2_000_000"}) // in memory, and in a file
    void whatIsLongIsCut(String length) {
        int most = 256 * 1024;
        String words = "word ".repeat(Integer.parseInt(length.replace("_", "")) / 5);
        String body = body(MODEL, false).replace("sky", words);
        Response told = capture(ask(CHAT, body));
        assertThat(cut(told)).isTrue();
        assertThat(body).startsWith(prompt(told));
        assertThat(prompt(told)).hasSizeBetween(most - 100, most);

        servers.faultEverywhere(
                new Fault.Says(
                        200,
                        "application/json",
                        "{\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"done\":true}"
                                .formatted(words),
                        Fault.Finish.WELL));
        Response answer = ask("/api/chat", body(MODEL, false));
        told = capture(answer);
        assertThat(cut(told)).isTrue();
        assertThat(text(answer)).startsWith(answer(told));
        assertThat(answer(told)).hasSizeBetween(most - 100, most);
    }

    @Test
    void credentialsAreMasked() {
        String said =
                "My key:\\n%s\\nand curl -H \\\"Authorization: Bearer %s\\\"".formatted(KEY, KEY);
        Response told = capture(ask(CHAT, body(MODEL, false).replace("sky", said)));
        assertThat(prompt(told))
                .contains("My key:\\nsk-***\\nand curl -H \\\"Authorization: Bearer ***\\\"");
        assertThat(told.asString()).doesNotContain(KEY, "the-token");

        Response unknown = ask(CHAT, body(KEY, false));
        assertThat(text(unknown)).contains(KEY);
        assertThat(answer(capture(unknown))).contains("sk-***").doesNotContain(KEY);
    }

    @Test
    void soManyAreKeptTheLatestFirst() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Response answer = ask(CHAT, question(false));
            capture(answer);
            ids.addFirst(answer.header("x-request-id"));
        }
        Response list = admin().get("/admin/captures");
        assertThat(list.jsonPath().<String>getList("captures.id"))
                .containsExactlyElementsOf(ids.subList(0, 4));
        assertThat(list.jsonPath().getInt("captures[0].prompt_bytes"))
                .isEqualTo(question(false).length());
        assertThat(list.jsonPath().getInt("captures[0].answer_bytes")).isPositive();
        assertThat(list.jsonPath().getBoolean("captures[0].cut")).isFalse();
        assertThat(list.header("Cache-Control")).isEqualTo("no-store");
        admin().get("/admin/captures/" + ids.getLast())
                .then()
                .statusCode(404)
                .body("code", equalTo("capture_not_found"));
    }

    @Test
    void whoeverIsNoOperatorGetsNothing() {
        String id = ask(CHAT, body(MODEL, false)).header("x-request-id");
        capture(id);
        for (String path : List.of("/admin/captures", "/admin/captures/" + id)) {
            for (String role : List.of("use", "manage")) {
                elsewhere(key("\"role\":\"%s\"".formatted(role))).get(path).then().statusCode(403);
            }
            elsewhere(key("\"role\":\"admin\"")).get(path).then().statusCode(200);
            given().header("Origin", "http://elsewhere").get(path).then().statusCode(403);
        }
    }

    private static RequestSpecification elsewhere(String secret) {
        return with(secret).header("X-Forwarded-For", "203.0.113.9");
    }

    @Test
    void whoeverMayAskIsToldThatItIsKept() {
        given().get("/ui/session")
                .then()
                .body("role", equalTo("none"))
                .body("captures", nullValue());
        given().header("Origin", gateway().toString())
                .body("{\"key\":\"%s\"}".formatted(key("\"role\":\"use\"")))
                .post("/ui/session")
                .then()
                .statusCode(200)
                .body("role", equalTo("use"))
                .body("captures", equalTo(4));
    }
}
