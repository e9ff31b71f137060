package dev.aicortex.http.ui;

import static dev.aicortex.testing.KeysProfile.CONFIGURED;
import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.testing.EventStream;
import dev.aicortex.testing.KeysProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a gateway that asks for keys. */
@QuarkusTest
@TestProfile(KeysProfile.class)
class SignInTest extends PageFlow {
    private static final String CHAT = "/ui/api/v1/chat/completions";

    private static Response signIn(String body) {
        return page().body(body).post(SESSION);
    }

    private static ValidatableResponse chat(String cookie) {
        return page(cookie).body(body(MODEL, false)).post(CHAT).then();
    }

    @Test
    void withoutAKeyThePageIsThereAndNothingElse() {
        given().get("/ui/").then().statusCode(200);
        given().get(SESSION)
                .then()
                .statusCode(200)
                .body("keys", equalTo(true))
                .body("signed_in", equalTo(false))
                .body("role", equalTo("none"))
                .body("manage", equalTo(true));
        page().body(body(MODEL, false)).post(CHAT).then().statusCode(401);
        given().get("/ui/api/api/tags").then().statusCode(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"use", "manage", "admin"})
    void aKeySignsInWithItsRole(String role) {
        String name = "signs-in-" + role;
        String secret = key(name, "\"role\":\"%s\"".formatted(role));
        signIn("{\"key\":\" %s \"}".formatted(secret))
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .header(
                        "Set-Cookie",
                        KeyCookie.keep(secret, false)) // its attributes: see KeyCookieTest
                .body("keys", equalTo(true))
                .body("signed_in", equalTo(true))
                .body("name", equalTo(name))
                .body("role", equalTo(role))
                .body(not(containsString(secret)));
        page(signedIn(secret))
                .get(SESSION)
                .then()
                .body("name", equalTo(name))
                .body("role", equalTo(role));
        chat(signedIn(secret)).statusCode(200).header("X-Cortex-Server", notNullValue());
    }

    /** On this machine too, where nobody needs the role who sends no key. */
    @Test
    void theRoleDecidesWhatIsDone() {
        page(signedIn(key("\"role\":\"use\""))).get("/ui/api/admin/keys").then().statusCode(403);
        page(signedIn(key("\"role\":\"manage\""))).get("/ui/api/admin/keys").then().statusCode(403);
        page(signedIn(key("\"role\":\"admin\""))).get("/ui/api/admin/keys").then().statusCode(200);
        page().get("/ui/api/admin/keys").then().statusCode(200);
        page(signedIn(key("\"models\":[\"gemma3:*\"]")))
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(403)
                .body("error.code", equalTo("model_not_allowed"));
        page(signedIn(key("\"routes\":[\"embeddings\"]")))
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(403)
                .body("error.code", equalTo("route_not_allowed"));
    }

    @Test
    void theAdminTokenSignsInToo() {
        String cookie = signedIn("the-token");
        page(cookie)
                .get(SESSION)
                .then()
                .body("name", equalTo("admin token"))
                .body("role", equalTo("admin"));
        page(cookie).get("/ui/api/admin/keys").then().statusCode(200);
        chat(cookie).statusCode(200);
    }

    @Test
    void aKeyOfTheConfigurationSignsIn() {
        page(signedIn(CONFIGURED))
                .get(SESSION)
                .then()
                .body("name", equalTo("configured"))
                .body("role", equalTo("manage"));
    }

    @Test
    void whatIsUsedCountsForTheKey() {
        String secret = key("page-counts", "\"rpm\":1");
        String cookie = signedIn(secret);
        chat(cookie).statusCode(200);
        chat(cookie).statusCode(429);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"key\":\"ck-wrong\"} | 401 | not known",
                "{\"key\":\"\"} | 400 | has no key",
                "{\"key\":7} | 400 | has no key",
                "{} | 400 | has no key",
                "[] | 400 | JSON",
                "null | 400 | JSON",
                "{ | 400 | JSON",
                "'' | 400 | JSON",
                "{\"key\":\"a\\u0000b\"} | 400 | has no key"
            })
    void whatIsNoKeyIsToldInPlainWords(String body, int status, String words) {
        signIn(body)
                .then()
                .statusCode(status)
                .header("Set-Cookie", nullValue())
                .body("error", containsString(words))
                .body("error", not(containsString("ck-wrong")));
    }

    @Test
    void aBodyWithoutEndIsNotKept() {
        signIn("{\"key\":\"%s\"}".formatted("a".repeat(5_000_000))).then().statusCode(400);
    }

    @Test
    void signingOutDropsTheCookie() {
        String cookie = signedIn(CONFIGURED);
        page(cookie)
                .delete(SESSION)
                .then()
                .statusCode(200)
                .header("Set-Cookie", KeyCookie.drop(false))
                .body("signed_in", equalTo(false))
                .body("role", equalTo("none"));
    }

    @Test
    void aDisabledKeyIsToldAtTheNextCall() {
        String secret = key("page-disabled", "\"role\":\"admin\"");
        String cookie = signedIn(secret);
        chat(cookie).statusCode(200);
        admin().post("/admin/keys/page-disabled/disable").then().statusCode(200);
        ends(cookie, secret, "disabled");
    }

    @Test
    void soIsOneThatHasExpired() {
        String secret = key("page-expired", "\"role\":\"admin\"");
        String cookie = signedIn(secret);
        admin().body("{\"grace\":\"0s\"}")
                .post("/admin/keys/page-expired/rotate")
                .then()
                .statusCode(200);
        ends(cookie, secret, "expired");
    }

    @Test
    void soIsOneThatWasRevoked() {
        String secret = key("page-revoked", "\"role\":\"admin\"");
        String cookie = signedIn(secret);
        admin().delete("/admin/keys/page-revoked").then().statusCode(204);
        ends(cookie, secret, "not known");
    }

    @Test
    void aStreamOfEventsEndsWithTheRightToIt() throws Exception {
        String cookie = signedIn(key("page-listens", "\"role\":\"admin\""));
        try (EventStream stays = events(signedIn("the-token"));
                EventStream ends = events(cookie)) {
            stays.first(event -> event.name().equals("snapshot"));
            EventStream.Event last = ends.first(event -> event.name().equals("snapshot"));
            admin().delete("/admin/keys/page-listens").then().statusCode(204);
            await().until(ends::ended);
            assertThat(ends.events().getLast()).isEqualTo(last);
            assertThat(stays.ended()).isFalse();
        }
    }

    private static EventStream events(String cookie) throws Exception {
        return new EventStream(
                gateway().resolve("/ui/api/admin/events"), "Cookie", cookie, "Origin", origin());
    }

    /** At every route, /admin too, and signing in again does not help. */
    private static void ends(String cookie, String secret, String words) {
        chat(cookie).statusCode(401).body("error", containsString(words));
        page(cookie)
                .get("/ui/api/admin/keys")
                .then()
                .statusCode(401)
                .body("error", containsString(words));
        page(cookie)
                .get(SESSION)
                .then()
                .statusCode(200)
                .body("signed_in", equalTo(false))
                .body("role", equalTo("none"));
        signIn("{\"key\":\"%s\"}".formatted(secret))
                .then()
                .statusCode(401)
                .body("error", containsString(words));
    }

    @Test
    void theCookieIsNothingElsewhere() {
        String cookie = signedIn(CONFIGURED);
        given().header("Cookie", cookie).get("/v1/models").then().statusCode(401);
        given().header("Cookie", cookie)
                .header("X-Forwarded-For", "203.0.113.9")
                .get("/admin/keys")
                .then()
                .statusCode(403);
        page(cookie).get("/ui/api/v1/models").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cortex_key=***", "cortex_key=", "cortex_key", ";", "cortex_key=_w"})
    void aMalformedCookieIsNone(String cookie) {
        page(cookie).get("/ui/api/v1/models").then().statusCode(401);
        page(cookie).get("/ui/api/admin/keys").then().statusCode(200);
    }

    @Test
    void theCookieCountsBesideOtherCredentials() {
        String cookie = signedIn(key("\"role\":\"use\""));
        for (String header : new String[] {"Authorization", "x-api-key"}) {
            page(cookie)
                    .header(header, header.equals("x-api-key") ? "sk-other" : "Basic YTpi")
                    .get("/ui/api/v1/models")
                    .then()
                    .statusCode(200);
        }
        page(cookie)
                .header("Authorization", "Bearer the-token")
                .get("/ui/api/admin/keys")
                .then()
                .statusCode(403);
    }

    @Test
    void noCookieMakesAnotherPageTheGateways() {
        String cookie = signedIn(CONFIGURED);
        long before = chatsReceived();
        given().header("Cookie", cookie)
                .header("Origin", "http://localhost:3000")
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(403);
        given().header("Cookie", cookie).body(body(MODEL, false)).post(CHAT).then().statusCode(403);
        given().header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-site")
                .get("/ui/api/v1/models")
                .then()
                .statusCode(403);
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @Test
    void aGatewayWithANameServesItsPageUnderIt() {
        String cookie =
                given().header("Host", "ai.example")
                        .header("Origin", "https://ai.example")
                        .body("{\"key\":\"%s\"}".formatted(CONFIGURED))
                        .post(SESSION)
                        .then()
                        .statusCode(200)
                        .header("Set-Cookie", containsString("; Secure"))
                        .extract()
                        .header("Set-Cookie")
                        .replaceFirst(";.*", "");
        given().header("Host", "ai.example")
                .header("Origin", "https://ai.example")
                .header("Cookie", cookie)
                .body(body(MODEL, false))
                .post(CHAT)
                .then()
                .statusCode(200);
    }

    @Test
    void noServerSeesTheCookieOrTheKey() {
        Response answer =
                page(signedIn(CONFIGURED))
                        .body(body(MODEL, false))
                        .post(CHAT)
                        .then()
                        .extract()
                        .response();
        assertThat(answered(answer).received().toString())
                .doesNotContain(CONFIGURED, KeyCookie.NAME);
    }
}
