package dev.aicortex.http.admin;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.Cortex;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.Header;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who used what, through the real port. */
@QuarkusTest
@TestProfile(UsageFlowTest.Recorded.class)
@Timeout(60)
class UsageFlowTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final Header ALICE = new Header("Authorization", "Bearer sk-alice");

    @Inject Cortex cortex;

    /** Each request of a test has an end user of its own, by which its records are found. */
    private final String user = UUID.randomUUID().toString();

    public static class Recorded implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.database.url",
                    "sqlite:target/test-database/" + UUID.randomUUID() + ".db",
                    "cortex.keys.alice",
                    "sk-alice",
                    "cortex.keys.bob",
                    "sk-bob",
                    "cortex.aliases.\"gpt-4o\"",
                    MODEL);
        }
    }

    private Response ask(String path, String body) {
        return RestAssured.given()
                .header(ALICE)
                .header("X-Cortex-User", user)
                .contentType("application/json")
                .body(body)
                .post(path);
    }

    private List<Map<String, Object>> records() {
        return admin("/admin/usage/records?user=" + user).getList("records");
    }

    private Map<String, Object> record() {
        await().until(() -> !records().isEmpty());
        assertThat(records()).hasSize(1);
        return records().getFirst();
    }

    private static JsonPath admin(String path) {
        Response answer = RestAssured.get(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        return answer.jsonPath();
    }

    // ---- a record a request

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, true, openai, stop",
        "/v1/chat/completions, false, openai, stop",
        "/api/chat, true, ollama, stop",
        "/api/chat, false, ollama, stop",
        "/v1/messages, true, anthropic, end_turn",
        "/v1/messages, false, anthropic, end_turn",
    })
    void tellsWhatItUsed(String path, boolean stream, String dialect, String stopReason) {
        Response answer = ask(path, withMost(body("gpt-4o", stream)));
        assertThat(answer.statusCode()).isEqualTo(200);

        Map<String, Object> record = record();

        assertThat(record)
                .containsEntry("key", "alice")
                .containsEntry("user", user)
                .containsEntry("dialect", dialect)
                .containsEntry("route", path)
                .containsEntry("model_asked", "gpt-4o")
                .containsEntry("model", MODEL)
                .containsEntry("server", answer.header("X-Cortex-Server"))
                .containsEntry("attempts", 1)
                .containsEntry("outcome", "complete")
                .containsEntry("code", "")
                .containsEntry("stop_reason", stopReason)
                .containsEntry("completion_tokens", 12);
        assertThat((int) record.get("prompt_tokens")).isPositive();
        assertThat(record.containsKey("first_token_ms")).isEqualTo(stream);
        assertThat(record.toString()).doesNotContain("sky", "sk-alice");
    }

    private static String withMost(String body) {
        return body.replaceFirst("\\{", "{\"max_tokens\":64,");
    }

    @Test
    void aFailoverIsOneRecord() {
        servers.first().fault(new Fault.Refuse());
        assertThat(ask(CHAT, body(MODEL, false)).header("X-Cortex-Attempts")).isEqualTo("2");

        assertThat(record()).containsEntry("attempts", 2).containsEntry("outcome", "complete");
    }

    @Test
    void aStreamThatGoesOnElsewhereIsOneRecordWithTheTokensOfBoth() {
        servers.faultNext(new Fault.CutReset(5), 1);
        Response answer =
                RestAssured.given()
                        .header(ALICE)
                        .header("X-Cortex-User", user)
                        .header("X-Cortex-Resume", "1")
                        .contentType("application/json")
                        .body(body(MODEL, true))
                        .post("/api/chat");
        assertThat(answer.asString()).contains("\"resumed\":1");

        assertThat(record()).containsEntry("attempts", 2).containsEntry("outcome", "complete");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"model\":\"nowhere:1b\",\"messages\":[]}', 404, (unknown), model_not_found",
        "'{\"model\":', 400, '', invalid_request",
    })
    void whatIsRefusedIsToldWithItsCode(String body, int status, String model, String code) {
        long before = refused(model, code);
        assertThat(ask(CHAT, body).statusCode()).isEqualTo(status);

        await().until(() -> refused(model, code) == before + 1);
    }

    private static long refused(String model, String code) {
        List<Map<String, Object>> all =
                admin("/admin/usage/records?outcome=refused&limit=1000").getList("records");
        return all.stream()
                .filter(each -> each.get("model").equals(model) && each.get("code").equals(code))
                .count();
    }

    @Test
    void aRequestThatNoServerServesHasFailed() {
        servers.faultEverywhere(new Fault.Refuse());
        assertThat(ask(CHAT, body(MODEL, false)).statusCode()).isEqualTo(502);

        assertThat(record())
                .containsEntry("outcome", "failed")
                .containsEntry("model", MODEL)
                .containsEntry("completion_tokens", 0);
        assertThat(record().get("code").toString()).isNotBlank();
    }

    @Test
    void anAnswerThatBreaksOffIsTruncated() throws IOException {
        servers.faultEverywhere(new Fault.CutReset(3));
        try (RawClient client = new RawClient(gateway())) {
            client.post(CHAT, body(MODEL, true), head()).answer();
        }

        assertThat(record()).containsEntry("outcome", "truncated");
    }

    @Test
    void aClientThatLeavesIsToldApart() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, true), head()).readUntil("\"done\":false");
        }

        assertThat(record()).containsEntry("outcome", "client_gone");
    }

    private String head() {
        return "Authorization: Bearer sk-alice\r\nX-Cortex-User: " + user;
    }

    // ---- end users

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-OpenWebUI-User-Id: NAME||",
                "X-OpenWebUI-User-Name: Ada;X-OpenWebUI-User-Email: NAME||",
                "X-OpenWebUI-User-Id: other;X-Cortex-User: NAME|'\"user\":\"other\",'|",
                "Accept: */*|'\"user\":\"NAME\",\"safety_identifier\":\"other\",'|",
                "Accept: */*|'\"safety_identifier\":\"NAME\",'|",
                "Accept: */*|'\"metadata\":{\"user_id\":\"NAME_session_1\"},'|",
            })
    void areNamedByTheirClients(String header, String fields) throws IOException {
        String body = body(MODEL, false).replaceFirst("\\{", "{" + (fields == null ? "" : fields));
        try (RawClient client = new RawClient(gateway())) {
            client.post(
                            CHAT,
                            body.replace("NAME", user),
                            header.replace(";", "\r\n").replace("NAME", user)
                                    + "\r\nAuthorization: Bearer sk-alice")
                    .answer();
        }

        assertThat(record()).containsEntry("user", user);
    }

    // ---- sums

    @Test
    void equalTheMetrics() throws IOException {
        for (String path : List.of(CHAT, "/api/chat", "/v1/messages", "/api/generate")) {
            ask(path, withMost(body(MODEL, true)));
            ask(path, withMost(body(FIRST_ONLY, false)));
        }
        cortex.chat(MODEL, "Hello");
        servers.first().fault(new Fault.Refuse());
        ask(CHAT, body(MODEL, false));
        servers.heal();
        servers.faultNext(new Fault.CutReset(5), 1);
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, true), head() + "\r\nX-Cortex-Resume: 1").answer();
        }
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, true), head()).readUntil("\"done\":false");
        }
        ask(CHAT, body("nowhere:1b", false));
        servers.faultEverywhere(new Fault.Refuse());
        ask(CHAT, body(MODEL, false));

        await().untilAsserted(() -> {
            JsonPath usage = admin("/admin/usage?by=key,user,model,server&since=1h");
            List<String> metrics = RestAssured.get("/q/metrics").asString().lines().toList();
            assertThat(usage.getLong("total.prompt_tokens"))
                    .isPositive()
                    .isEqualTo(sum(metrics, "cortex_tokens_total\\{.*kind=\"prompt\".*"));
            assertThat(usage.getLong("total.completion_tokens"))
                    .isPositive()
                    .isEqualTo(sum(metrics, "cortex_tokens_total\\{.*kind=\"completion\".*"));
            long typed = records("java");
            assertThat(typed).isPositive();
            assertThat(usage.getLong("total.requests") - typed)
                    .isEqualTo(sum(metrics, "cortex_requests_seconds_count.*"));
            assertThat(usage.getLong("total.complete"))
                    .isEqualTo(sum(metrics, "cortex_answers_total\\{.*\"complete\".*"));
            assertThat(usage.getLong("total.client_gone"))
                    .isEqualTo(sum(metrics, "cortex_answers_total\\{.*\"client_gone\".*"));
            for (String figure : List.of("requests", "complete", "failed", "completion_tokens")) {
                List<Integer> rows = usage.getList("usage." + figure);
                assertThat(rows.stream().mapToLong(Integer::longValue).sum())
                        .isEqualTo(usage.getLong("total." + figure));
            }
        });
    }

    private static long records(String dialect) {
        List<String> all = admin("/admin/usage/records?limit=1000").getList("records.dialect");
        return all.stream().filter(Predicate.isEqual(dialect)).count();
    }

    private static long sum(List<String> metrics, String pattern) {
        return (long)
                metrics.stream()
                        .filter(Pattern.compile(pattern).asMatchPredicate())
                        .mapToDouble(line ->
                                Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum();
    }

    @Test
    void ofASeriesEqualThoseOfTheWholeTime() {
        ask(CHAT, body(MODEL, false));
        ask(CHAT, body(FIRST_ONLY, false));
        await().until(() -> records().size() == 2);

        JsonPath whole = admin("/admin/usage?by=model&user=" + user);
        JsonPath series = admin("/admin/usage?by=model&span=hour&top=1&user=" + user);
        Response own =
                RestAssured.given().header(ALICE).get("/v1/usage?span=hour&top=1&user=" + user);

        assertThat(series.getList("usage.model")).contains("(other)");
        assertThat(series.getList("usage.at")).doesNotContainNull();
        for (JsonPath each : List.of(series, own.jsonPath())) {
            assertThat(each.getMap("total")).isEqualTo(whole.getMap("total"));
            for (String figure : List.of("requests", "prompt_tokens", "completion_tokens")) {
                List<Integer> rows = each.getList("usage." + figure);
                assertThat(rows.stream().mapToInt(Integer::intValue).sum())
                        .isEqualTo(whole.getInt("total." + figure));
            }
        }
    }

    @Test
    void aKeySeesItsOwnAlone() {
        ask(CHAT, body(MODEL, false));
        record();

        JsonPath alice = RestAssured.given().header(ALICE).get("/v1/usage").jsonPath();
        JsonPath bob =
                RestAssured.given().header("x-api-key", "sk-bob").get("/v1/usage").jsonPath();

        assertThat(alice.getLong("total.requests")).isPositive();
        assertThat(alice.getList("usage.model")).contains(MODEL);
        assertThat(bob.getLong("total.requests")).isZero();
        RestAssured.get("/v1/usage").then().statusCode(401);
        RestAssured.given()
                .header(ALICE)
                .get("/v1/usage?by=key")
                .then()
                .statusCode(400)
                .body("error.message", org.hamcrest.Matchers.containsString("user, model"));
    }

    @Test
    void aUsersUsageIsForgotten() {
        ask(CHAT, body(MODEL, false));
        record();

        Response deleted = RestAssured.delete("/admin/usage?user=" + user);

        assertThat(deleted.jsonPath().getMap("")).isEqualTo(Map.of("records", 1, "sums", 3));
        assertThat(records()).isEmpty();
        assertThat(admin("/admin/usage?by=user&user=" + user).getList("usage")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/usage", "/admin/usage/records"})
    void isForOperatorsAlone(String path) {
        RestAssured.given().header("X-Forwarded-For", "10.0.0.1").get(path).then().statusCode(403);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /admin/usage?by=prompt, by",
        "GET, /admin/usage?since=yesterday, since",
        "GET, /admin/usage?span=week, span",
        "GET, /admin/usage?top=0, top",
        "GET, /admin/usage/records?limit=1001, limit",
        "GET, /admin/usage/records?cursor=1, cursor",
        "GET, /admin/usage/records?outcome=lost, outcome",
        "DELETE, /admin/usage, key",
        "DELETE, /admin/usage?key=a&user=b, key",
    })
    void whatIsWrongIsNamed(String method, String path, String field) {
        RestAssured.request(method, path)
                .then()
                .statusCode(400)
                .body("error", org.hamcrest.Matchers.containsString(field));
    }
}
