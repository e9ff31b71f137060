package dev.aicortex.http.admin;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.cli.AicortexCommand;
import dev.aicortex.testing.KeysFlow;
import dev.aicortex.testing.KeysProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from their making to their end, by routes and by commands. */
@QuarkusTest
@TestProfile(KeysProfile.class)
class KeysResourceTest extends KeysFlow {
    private static final String CHAT = "/v1/chat/completions";

    @Test
    void aNewKeyLetsInAtOnceAndItsSecretIsToldOnce() {
        String secret = key("once", "\"models\":[\"llama3.2:*\"],\"rpm\":50");

        assertThat(secret).startsWith("ck-");
        ask(secret, CHAT, MODEL).then().statusCode(200);
        for (String path : List.of("/admin/keys", "/admin/keys/once")) {
            admin().get(path).then().statusCode(200).body(not(containsString(secret)));
        }
        admin().get("/admin/keys/once")
                .then()
                .body("status", equalTo("active"))
                .body("source", equalTo("database"))
                .body("models", hasItems("llama3.2:*"))
                .body("rpm", equalTo(50))
                .body("created_at", notNullValue())
                .body("secret", nullValue());
    }

    @Test
    void keysOfTheConfigurationAreListedAndNotChanged() {
        admin().get("/admin/keys/configured").then().body("source", equalTo("configuration"));
        admin().delete("/admin/keys/configured")
                .then()
                .statusCode(400)
                .body("error", containsString("cortex.keys.configured"));
    }

    @Test
    void aKeyIsDisabledEnabledAndRevoked() {
        String secret = key("ends", "");
        admin().post("/admin/keys/ends/disable").then().body("status", equalTo("disabled"));
        ask(secret, CHAT, MODEL)
                .then()
                .statusCode(401)
                .body("error.message", containsString("disabled"));
        admin().post("/admin/keys/ends/enable").then().body("status", equalTo("active"));
        ask(secret, CHAT, MODEL).then().statusCode(200);
        admin().delete("/admin/keys/ends").then().statusCode(204);
        ask(secret, CHAT, MODEL).then().statusCode(401);
        admin().get("/admin/keys/ends")
                .then()
                .statusCode(404)
                .body("code", equalTo("key_not_found"));
    }

    @Test
    void whatAChangeNamesIsSettledAndTheRestStays() {
        String secret = key("changes", "\"models\":[\"gemma3:*\"],\"rpm\":1,\"tpm\":90000");
        ask(secret, CHAT, MODEL).then().statusCode(403);
        admin().body(
                        """
                        {"models":null,"rpm":null,"concurrent":3,"expires":"2199-01-31"}\
                        """)
                .patch("/admin/keys/changes")
                .then()
                .statusCode(200)
                .body("models", nullValue())
                .body("rpm", nullValue())
                .body("tpm", equalTo(90000))
                .body("concurrent", equalTo(3))
                .body("expires_at", equalTo("2199-01-31T00:00:00Z"))
                .body("secret", nullValue());
        ask(secret, CHAT, MODEL).then().statusCode(200);
        ask(secret, CHAT, MODEL).then().statusCode(200);
        admin().body("{\"expires\":null,\"rpm\":1}")
                .patch("/admin/keys/changes")
                .then()
                .statusCode(200);
        admin().get("/admin/keys/changes").then().body("expires_at", nullValue());
        ask(secret, CHAT, MODEL).then().statusCode(200);
        ask(secret, CHAT, MODEL).then().statusCode(429);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "held | {\"rpm\":0} | 400 | rpm: '0'",
                "held | {\"rpn\":null} | 400 | rpn",
                "held | {\"name\":\"x\"} | 400 | make another key",
                "held | {\"expires\":\"2020-01-01\"} | 400 | in the past",
                "held | [] | 400 | must be a JSON object",
                "configured | {\"rpm\":1} | 400 | cortex.keys.configured",
                "helt | {\"rpm\":1} | 404 | did you mean held?"
            })
    void whatIsWrongWithAChangeIsSaidAndNothingIsChanged(
            String name, String body, int status, String words) {
        if (admin().get("/admin/keys/held").statusCode() == 404) {
            key("held", "\"rpm\":7");
        }
        admin().body(body)
                .patch("/admin/keys/" + name)
                .then()
                .statusCode(status)
                .body("error", containsString(words));
        admin().get("/admin/keys/held").then().body("rpm", equalTo(7));
    }

    @Test
    void aRotatedKeyHasTwoSecretsForAWhile() {
        String first = key("turns", "");
        String second =
                admin().body("{\"grace\":\"1h\"}")
                        .post("/admin/keys/turns/rotate")
                        .then()
                        .statusCode(200)
                        .body("previous_until", notNullValue())
                        .extract()
                        .path("secret");
        ask(first, CHAT, MODEL).then().statusCode(200);
        ask(second, CHAT, MODEL).then().statusCode(200);
        String third =
                admin().body("{\"grace\":\"0s\"}")
                        .post("/admin/keys/turns/rotate")
                        .then()
                        .extract()
                        .path("secret");
        ask(second, CHAT, MODEL).then().statusCode(401);
        ask(third, CHAT, MODEL).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | name is required",
                "{\"name\":\"a b\"} | name: 'a b'",
                "{\"name\":\"configured\"} | is taken",
                "{\"name\":\"x\",\"rpm\":0} | rpm: '0'",
                "{\"name\":\"x\",\"rpn\":1} | rpn",
                "{\"name\":\"x\",\"rpm\":\"many\"} | limits are numbers",
                "{\"name\":\"x\",\"models\":[null]} | lists of texts",
                "{\"name\":\"x\",\"routes\":[\"chats\"]} | did you mean chat?",
                "{\"name\":\"x\",\"role\":\"root\"} | role: 'root'",
                "{\"name\":\"x\",\"priority\":\"now\"} | priority: 'now'",
                "{\"name\":\"x\",\"budget_tokens\":\"1/hour\"} | budget_tokens: '1/hour'",
                "{\"name\":\"x\",\"expires\":\"2020-01-01\"} | in the past",
                "{\"name\":\"x\",\"expires\":\"soon\"} | expires: 'soon'",
                "{\"name\":\"x\",\"expires\":\"+999999999-12-31\"} | is too far away",
                "[] | must be a JSON object",
                "{ | not valid JSON"
            })
    void whatIsWrongWithAKeyIsSaid(String body, String words) {
        admin().body(body)
                .post("/admin/keys")
                .then()
                .statusCode(400)
                .body("error", containsString(words));
    }

    @Test
    void anExpiryIsAMomentOrATimeFromNowOn() {
        key("day", "\"expires\":\"2199-01-31\"");
        key("time", "\"expires\":\"90d\"");
        admin().get("/admin/keys/day").then().body("expires_at", equalTo("2199-01-31T00:00:00Z"));
        admin().get("/admin/keys/time").then().body("expires_at", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"use", "manage"})
    void onlyTheRoleAdminOpensAdminFromElsewhere(String role) {
        String secret = key("\"role\":\"%s\"".formatted(role));
        forwarded(secret).get("/admin/keys").then().statusCode(403);
        forwarded(key("\"role\":\"admin\"")).get("/admin/keys").then().statusCode(200);
    }

    /** As by a proxy on this machine. */
    private static io.restassured.specification.RequestSpecification forwarded(String secret) {
        return given().header("X-Forwarded-For", "203.0.113.9")
                .header("Authorization", "Bearer " + secret);
    }

    @Test
    void commandsDoTheSame() {
        String made = run("create", "cli", "--models", "llama3.2:*", "--rpm", "9", "--tpm", "900");
        String secret =
                made.lines().filter(line -> line.startsWith("ck-")).findFirst().orElseThrow();
        ask(secret, CHAT, MODEL).then().statusCode(200);
        assertThat(run("list")).contains("NAME", "cli", "llama3.2:*", "configured");
        assertThat(run("show", "cli"))
                .contains("rpm", "9", "requests 9, tokens 900", "left")
                .doesNotContain(secret);
        assertThat(run("show", "cli", "--output", "json")).contains("\"tpm\":900");
        assertThat(run("change", "cli", "--rpm", "11", "--clear", "tpm"))
                .contains("requests 11", "llama3.2:*")
                .doesNotContain("tokens 900");
        assertThat(run("change", "cli")).contains("say what to change");
        assertThat(run("change", "cli", "--clear", "speed")).contains("speed");
        assertThat(run("disable", "cli")).contains("disabled");
        assertThat(run("enable", "cli")).contains("active");
        assertThat(run("rotate", "cli", "--grace", "0s")).contains("ck-").doesNotContain(secret);
        assertThat(run("revoke", "cli")).contains("revoked");
        assertThat(run("show", "cli")).contains("there is no key 'cli'");
    }

    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of("key"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", gateway().toString()));
        PrintWriter printer = new PrintWriter(out, true);
        AicortexCommand.commandLine()
                .setOut(printer)
                .setErr(printer)
                .execute(all.toArray(String[]::new));
        return out.toString();
    }
}
