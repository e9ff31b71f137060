package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much a key may use, through the real port. */
@QuarkusTest
@TestProfile(KeysProfile.class)
@Timeout(120)
class KeyLimitsTest extends KeysFlow {
    private static final String CHAT = "/v1/chat/completions";

    @Test
    void oneMoreThanItsRequestsAMinuteIsRefusedInItsDialectsShape() {
        String secret = key("\"rpm\":3");
        String message = body(MODEL, false).replaceFirst("\\{", "{\"max_tokens\":4,");
        ask(secret, CHAT, MODEL)
                .then()
                .statusCode(200)
                .header("x-ratelimit-limit-requests", "3")
                .header("x-ratelimit-remaining-requests", "2")
                .header("x-ratelimit-reset-requests", "20s")
                .header("x-ratelimit-limit-tokens", nullValue());
        with(secret)
                .body(message)
                .post("/v1/messages")
                .then()
                .statusCode(200)
                .header("anthropic-ratelimit-requests-limit", "3")
                .header("anthropic-ratelimit-requests-remaining", "1")
                .header(
                        "anthropic-ratelimit-requests-reset",
                        matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"))
                .header("x-ratelimit-limit-requests", nullValue());
        ask(secret, "/api/chat", MODEL).then().statusCode(200);

        ask(secret, CHAT, MODEL)
                .then()
                .statusCode(429)
                .header("Retry-After", matchesPattern("1?\\d|20"))
                .header("x-ratelimit-remaining-requests", "0")
                .header("x-ratelimit-reset-requests", notNullValue())
                .body("error.type", equalTo("rate_limit_error"))
                .body("error.code", equalTo("rate_limit_exceeded"))
                .body("error.message", containsString("3 requests a minute"));
        with(secret)
                .body(message)
                .post("/v1/messages")
                .then()
                .statusCode(429)
                .header("Retry-After", notNullValue())
                .header("anthropic-ratelimit-requests-remaining", "0")
                .body("type", equalTo("error"))
                .body("error.type", equalTo("rate_limit_error"));
        ask(secret, "/api/chat", MODEL)
                .then()
                .statusCode(429)
                .header("Retry-After", notNullValue())
                .body("code", equalTo("rate_limit_exceeded"));
    }

    @Test
    void whatIsLeftIsToldAndLookingTakesNothing() {
        String secret =
                key(
                        "told",
                        "\"rpm\":5,\"tpm\":100000,\"concurrent\":2,\"budget_tokens\":\"500000/month\"");
        Map<String, Integer> all =
                Map.of(
                        "requests", 5,
                        "tokens", 100_000,
                        "concurrent", 2,
                        "budget_tokens", 500_000);
        for (int i = 0; i < 3; i++) {
            assertThat(shown("told").getMap("limits")).isEqualTo(all);
            assertThat(shown("told").getMap("left")).isEqualTo(all);
        }

        int counted = ask(secret, CHAT, MODEL).path("usage.total_tokens");

        assertThat(shown("told").getInt("left.requests")).isEqualTo(4);
        assertThat(shown("told").getInt("left.tokens")).isLessThanOrEqualTo(100_000);
        assertThat(shown("told").getInt("left.concurrent")).isEqualTo(2);
        assertThat(shown("told").getInt("left.budget_tokens")).isEqualTo(500_000 - counted);
        await().until(() -> shown("told").getString("last_used") != null);
    }

    @Test
    void aRequestThatRunsHoldsItsPlaceAndWhatItMayNeed() throws IOException {
        String secret = key("busy", "\"concurrent\":2,\"budget_tokens\":\"500000/month\"");
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, true), "Authorization: Bearer " + secret)
                    .readUntil("\"done\":false");
            assertThat(shown("busy").getMap("left"))
                    .containsEntry("concurrent", 1)
                    .doesNotContainKeys("requests", "tokens");
            assertThat(shown("busy").getInt("left.budget_tokens")).isLessThan(500_000);
        }
        await().until(() -> shown("busy").getInt("left.concurrent") == 2);
    }

    @Test
    void aKeyWithoutLimitsHasNothingLeftToTell() {
        key("free", "\"user_rpm\":5");
        assertThat(shown("free").getMap("")).doesNotContainKeys("limits", "left", "last_used");
    }

    private static JsonPath shown(String name) {
        return admin().get("/admin/keys/" + name).jsonPath();
    }

    @Test
    void listsAndCardsAreNotCounted() {
        String secret = key("\"rpm\":1");
        for (int i = 0; i < 3; i++) {
            with(secret).get("/v1/models").then().statusCode(200);
            ask(secret, "/api/show", MODEL).then().statusCode(200);
        }
        ask(secret, CHAT, MODEL).then().statusCode(200);
    }

    @Test
    void manyAtOnceNeverGetMoreThanThereIs() throws Exception {
        String secret = key("\"rpm\":5");
        List<Integer> statuses = atOnce(60, () -> ask(secret, CHAT, MODEL).statusCode());
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(5);
        assertThat(statuses).filteredOn(status -> status == 429).hasSize(55);
    }

    private static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService many = Executors.newFixedThreadPool(times)) {
            List<Future<T>> all = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                all.add(many.submit(work));
            }
            for (Future<T> each : all) {
                results.add(each.get());
            }
        }
        return results;
    }

    /** A budget tells what was counted, and nothing comes back in the meantime. */
    private static String budgeted(String name) {
        return key(name, "\"budget_tokens\":\"1000000/month\",\"concurrent\":1");
    }

    private static int used(String name) {
        return admin().get("/admin/keys/" + name).path("budget_used");
    }

    @Test
    void tokensAreReservedByEstimateAndSettledByCount() {
        String secret = key("\"tpm\":10000");
        assertThat(remaining(chat(secret, "\"max_tokens\":9000"))).isLessThan(1_000);
        assertThat(remaining(chat(secret, "\"max_tokens\":1"))).isGreaterThan(9_000);
        int counted = chat(budgeted("counted"), "\"max_tokens\":5").path("usage.total_tokens");
        assertThat(used("counted")).isEqualTo(counted);
    }

    private static Response chat(String secret, String fields) {
        Response answer =
                with(secret)
                        .body(body(MODEL, false).replaceFirst("\\{", "{" + fields + ","))
                        .post(CHAT);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer;
    }

    private static long remaining(Response answer) {
        return Long.parseLong(answer.header("x-ratelimit-remaining-tokens"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, max_completion_tokens",
        "/v1/responses, max_output_tokens",
        "/v1/chat/completions, max_tokens"
    })
    void theLengthOfAnAnswerIsAskedForByAnyOfItsFields(String path, String field) {
        String secret = key("\"tpm\":10000");
        String body =
                body(MODEL, false)
                        .replaceFirst("\\{", "{\"input\":\"hi\",\"%s\":7000,".formatted(field));
        Response answer = with(secret).body(body).post(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(remaining(answer)).isLessThan(3_000);
    }

    @Test
    void whatNeedsMoreThanAllOfItWaitsUntilAllIsThere() {
        String secret = key("\"tpm\":100");
        chat(secret, "\"max_tokens\":500000");
        with(secret)
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(429)
                .header("x-ratelimit-limit-tokens", "100")
                .body("error.message", containsString("100 tokens a minute"));
    }

    @Test
    void aFailoverCountsOnce() {
        String secret = key("failed-over", "\"budget_tokens\":\"1000000/month\",\"rpm\":100");
        servers.faultNext(new Fault.Empty200(), 2);
        Response answer = chat(secret, "\"max_tokens\":10");
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
        int counted = answer.path("usage.total_tokens");
        assertThat(used("failed-over")).isEqualTo(counted);
        assertThat(chat(secret, "\"max_tokens\":10").header("x-ratelimit-remaining-requests"))
                .isEqualTo("98");
    }

    @Test
    void aRequestThatNobodyAnswersCostsNoTokens() {
        String secret = budgeted("unanswered");
        with(secret).body(body("no-such-model", false)).post(CHAT).then().statusCode(404);
        servers.faultEverywhere(new Fault.Refuse());
        with(secret).body(body(MODEL, false)).post(CHAT).then().statusCode(502);
        servers.heal();
        assertThat(used("unanswered")).isZero();
    }

    @Test
    void anUnloadCostsNoTokens() {
        String secret = key("unloads", "\"budget_tokens\":\"10/day\",\"role\":\"manage\"");
        with(secret)
                .body("{\"model\":\"%s\",\"keep_alive\":0}".formatted(MODEL))
                .post("/api/generate")
                .then()
                .statusCode(200);
        assertThat(used("unloads")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, openai",
        "/v1/messages, anthropic",
        "/api/chat, ollama",
    })
    void aStreamThatBreaksSettlesWhatCame(String path, String name) {
        String secret = budgeted("broken-" + name);
        servers.faultEverywhere(new Fault.CutReset(9));
        String body = body(MODEL, true).replaceFirst("\\{", "{\"max_tokens\":100,");
        String part = broken(path, body, "Authorization: Bearer " + secret);
        assertThat(part).contains("connection lost");
        servers.heal();
        // Anthropic's streams tell the prompt's tokens first; of others' a guess is counted
        int guessed = body.length() / 4;
        assertThat(used("broken-" + name)).isBetween(12, guessed + 10);
    }

    @Test
    void aClientThatLeavesSettlesWhatCame() throws IOException {
        String secret = budgeted("left");
        servers.faultEverywhere(new Fault.HangMidStream(6));
        String body = body(MODEL, true);
        try (RawClient client = new RawClient(gateway())) {
            client.post(CHAT, body, "Authorization: Bearer " + secret);
            client.readUntil("data: ");
            with(secret)
                    .body(body)
                    .post(CHAT)
                    .then()
                    .statusCode(429)
                    .header("Retry-After", "1")
                    .body("error.message", containsString("1 request at once"));
        }
        int prompt = body.length() / 4;
        await().untilAsserted(() -> assertThat(used("left")).isBetween(prompt, prompt + 6));
        servers.heal();
        ask(secret, CHAT, MODEL).then().statusCode(200);
    }

    @Test
    void requestsAtOnceAreGivenBackHoweverTheyEnd() throws Exception {
        String secret = key("\"concurrent\":2");
        servers.faultNext(new Fault.Empty200(), 2);
        atOnce(20, () -> ask(secret, CHAT, MODEL).statusCode());
        ask(secret, CHAT, "no-such-model").then().statusCode(404);
        ask(secret, "/api/chat", MODEL).then().statusCode(200);
        List<Integer> two = atOnce(2, () -> ask(secret, CHAT, MODEL).statusCode());
        assertThat(two).containsOnly(200);
    }

    @Test
    void aBudgetIsForADayOrMonth() {
        String name = "budgeted";
        String secret = key(name, "\"budget_tokens\":\"10/month\"");
        chat(secret, "\"max_tokens\":4");
        with(secret)
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(429)
                .header("Retry-After", matchesPattern("\\d+"))
                .body("error.code", equalTo("insufficient_quota"))
                .body("error.message", containsString("10 tokens a month"));
        assertThat(used(name)).isGreaterThanOrEqualTo(10);
    }

    @Test
    void eachEndUserHasLimitsOfItsOwn() {
        String secret = key("\"user_rpm\":1");
        String ann = body(MODEL, false).replaceFirst("\\{", "{\"user\":\"ann\",");
        String ben = ann.replace("ann", "ben");
        with(secret).body(ann).post(CHAT).then().statusCode(200);
        with(secret)
                .body(ann)
                .post(CHAT)
                .then()
                .statusCode(429)
                .body("error.message", containsString("of one user"));
        with(secret).body(ben).post(CHAT).then().statusCode(200);
        with(secret)
                .header("X-OpenWebUI-User-Id", "ann")
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(429);
        ask(secret, CHAT, MODEL).then().statusCode(200);
    }

    @Test
    void aStreamTellsWhatIsLeftTooAndSettlesWhatItsServerCounted() {
        String secret = key("streamed", "\"budget_tokens\":\"1000000/month\",\"rpm\":10");
        Response stream = with(secret).body(body(MODEL, true)).post(CHAT);
        assertThat(stream.header("x-ratelimit-limit-requests")).isEqualTo("10");
        assertThat(stream.asString()).endsWith("data: [DONE]\n\n");
        int counted = chat(budgeted("beside"), "\"max_tokens\":500").path("usage.total_tokens");
        assertThat(used("streamed")).isEqualTo(counted);
    }
}
