package dev.aicortex.http.ui;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of a gateway on loopback without keys. */
@QuarkusTest
@Timeout(60)
class PageTest extends PageFlow {
    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

    private static String answer(String request) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            return client.send(request.replace("\n", "\r\n")).readAll();
        }
    }

    // ---- its files

    @Test
    void itIsServedWithAStrictPolicy() {
        given().get("/ui/")
                .then()
                .statusCode(200)
                .contentType("text/html;charset=utf-8")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html")
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-cache")
                .body(containsString("<html"));
        assertThat(given().get("/ui/index.html").asString())
                .isEqualTo(given().get("/ui/").asString());
    }

    @Test
    void aBrowserThatHasItIsToldSo() {
        String tag = given().get("/ui/").header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{64}(-gzip)?\"");
        for (String known : new String[] {tag, "W/" + tag, "\"other\", " + tag, "*"}) {
            Response again = given().header("If-None-Match", known).get("/ui/");
            assertThat(again.statusCode()).as(known).isEqualTo(304);
            assertThat(again.asByteArray()).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
            assertThat(again.header("Cache-Control")).isEqualTo("no-cache");
        }
        given().header("If-None-Match", "\"other\"").get("/ui/").then().statusCode(200);
    }

    @Test
    void itIsCompressedForWhoTakesThat() throws IOException {
        String head =
                "GET /ui/ HTTP/1.1\nHost: localhost\nConnection: close\nAccept-Encoding: %s\n\n";
        assertThat(answer(head.formatted("deflate, gzip;q=0.5")))
                .containsIgnoringCase("content-encoding: gzip\r\n")
                .containsIgnoringCase("vary: accept-encoding\r\n")
                .contains("-gzip\"\r\n")
                .doesNotContain("<html");
        assertThat(answer(head.formatted("gzip;q=0")))
                .doesNotContainIgnoringCase("content-encoding")
                .containsIgnoringCase("vary: accept-encoding\r\n")
                .contains("<html");
        assertThat(given().header("Accept-Encoding", "gzip").get("/ui/").asString())
                .contains("<html");
    }

    @Test
    void aHeadIsAnsweredWithoutABody() throws IOException {
        assertThat(answer("HEAD /ui/ HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("content-type: text/html")
                .doesNotContainIgnoringCase("content-length: 0")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/nope.js",
                "/ui/nope",
                "/ui/index",
                "/ui/index.htm",
                "/ui/.index.html",
                "/ui/vendor",
                "/ui/../application.properties",
                "/ui/..%2fapplication.json",
                "/ui/%2e%2e/openapi/openapi.yaml",
                "/ui/..;/catalogue/qwen.json",
                "/ui/%2e%2e%2fcatalogue%2fqwen.json",
                "/ui/..%5ccatalogue%5cqwen.json",
                "/ui//../../catalogue/qwen.json",
                "/ui/a/../../catalogue/qwen.json",
                "/ui/index.html%00.js",
                "/ui/index%2ehtml%20",
                "/ui%2findex.html",
                "/ui/index.html/",
                "/ui/api",
                "/ui/session/"
            })
    void noOtherFileIsServed(String path) throws IOException {
        assertThat(
                        answer(
                                "GET %s HTTP/1.1\nHost: localhost\nConnection: close\n\n"
                                        .formatted(path)))
                .startsWith("HTTP/1.1 404");
    }

    /** Each may be as long as a head may be. */
    @Test
    void longNamesAndHeadersAreReadLikeAnyOther() throws IOException {
        String head = "GET %s HTTP/1.1\nHost: localhost\nConnection: close\n%s\n";
        String path = "/ui/" + "a/".repeat(1_900) + "x.js";
        assertThat(answer(head.formatted(path, ""))).startsWith("HTTP/1.1 404");
        String blanks = "a" + " ".repeat(60_000) + "b";
        for (String name : List.of("Accept", "Accept-Encoding", "If-None-Match")) {
            String header = name + ": " + blanks + "\n";
            assertThat(answer(head.formatted("/ui/", header))).startsWith("HTTP/1.1 200");
            assertThat(answer(head.formatted("/", header))).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void itsFilesAreOnlyRead(String method) {
        page().body("{}")
                .request(method, "/ui/index.html")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD");
    }

    // ---- the ways to it

    @Test
    void aBrowserIsLedToIt() {
        given().redirects()
                .follow(false)
                .get("/ui")
                .then()
                .statusCode(302)
                .header("Location", "/ui/");
        given().redirects()
                .follow(false)
                .accept(BROWSER)
                .get("/")
                .then()
                .statusCode(302)
                .header("Location", "/ui/")
                .header("Vary", equalTo("accept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "text/plain", "text/html;q=0"})
    void ollamasClientsGoOnGettingTheirWords(String accept) {
        given().accept(accept).get("/").then().statusCode(200).body(equalTo("Ollama is running"));
    }

    @Test
    void soDoThoseThatSayNothingAndThoseThatOnlyLook() throws IOException {
        assertThat(answer("GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\nOllama is running");
        assertThat(
                        answer(
                                "HEAD / HTTP/1.1\nHost: localhost\nAccept: %s\nConnection: close\n\n"
                                        .formatted(BROWSER)))
                .startsWith("HTTP/1.1 200")
                .contains("X-Cortex-Version: ")
                .doesNotContain("Location");
    }

    // ---- who is there

    @Test
    void whoeverIsOnThisMachineMayDoAll() {
        given().get(SESSION)
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("version", not(equalTo("")))
                .body("keys", equalTo(false))
                .body("signed_in", equalTo(false))
                .body("name", equalTo(""))
                .body("role", equalTo("admin"))
                .body("manage", equalTo(false))
                .body("database", equalTo(true))
                .body("captures", nullValue())
                .body("simulated", equalTo(false));
    }

    @Test
    void whoeverIsElsewhereMayNotAdminister() {
        given().header("X-Forwarded-For", "203.0.113.9")
                .get(SESSION)
                .then()
                .body("role", equalTo("manage"));
    }

    @Test
    void aCookieFromAnotherGatewayIsOfNoMatter() {
        String cookie = "cortex_key=Y2stYWJj";
        page(cookie).get(SESSION).then().body("signed_in", equalTo(false));
        page(cookie).get("/ui/api/admin/keys").then().statusCode(200);
        page(cookie).body(body(MODEL, false)).post("/ui/api/api/chat").then().statusCode(200);
    }

    // ---- its calls

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/api/v1/chat/completions",
                "/ui/api/api/chat",
                "/ui/api/v1/messages",
                "/ui/api//v1//chat/completions/"
            })
    void aCallIsARequestLikeAnyOther(String path) {
        String body = body(MODEL, false).replace("{\"model\"", "{\"max_tokens\":50,\"model\"");
        Response answer = page().body(body).post(path);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Server")).isNotEmpty();
        assertThat(sent(answer)).contains("Why is the sky blue?");
    }

    @Test
    void aLongBodyComesWhole() {
        String words = "x".repeat(200_000);
        Response answer =
                page().body(body(MODEL, false).replace("sky", words)).post("/ui/api/api/chat");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sent(answer)).contains(words);
    }

    @Test
    void aQueryGoesAlong() {
        given().get("/ui/api/admin/usage/records?limit=nonsense")
                .then()
                .statusCode(400)
                .body("error", containsString("'nonsense'"));
    }

    @Test
    void itIsCountedUnderItsRealRoute() {
        assertThat(routeOf("/ui/api/api/chat")).isEqualTo(routeOf("/api/chat"));
        assertThat(given().get("/q/metrics").asString()).doesNotContain("/ui");
    }

    /** What stands in the record of a chat that was asked for there. */
    private static Object routeOf(String path) {
        String user = UUID.randomUUID().toString();
        page().header("X-Cortex-User", user)
                .body(body(MODEL, false))
                .post(path)
                .then()
                .statusCode(200);
        return recordsOf(user, 1).getFirst().get("route");
    }

    @Test
    void aStreamArrivesPieceByPiece() throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultEverywhere(Fault.silence(3, over));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/ui/api/v1/chat/completions", body(MODEL, true), fromPage());
            assertThat(client.readUntil("data: {")).startsWith("HTTP/1.1 200").contains("data: {");
            over.complete(null);
            assertThat(client.readUntil("[DONE]")).contains("[DONE]");
        }
    }

    @Test
    void theServerStopsWhenTheClientLeaves() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(3));
        long before = cancelled();
        try (RawClient client = new RawClient(gateway())) {
            client.post("/ui/api/api/chat", body(MODEL, true), fromPage()).readUntil("\n{");
            assertThat(workedOn()).isEqualTo(1);
        }
        await().until(() -> workedOn() == 0 && inFlight() == 0);
        assertThat(cancelled()).isEqualTo(before + 1);
    }

    private static String fromPage() {
        return "Origin: http://localhost";
    }

    private long cancelled() {
        return servers.all().stream().mapToLong(server -> server.counters().cancelled()).sum();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ui/api/ui/api/api/tags",
                "/ui/api/ui/session",
                "/ui/api/ui",
                "/ui/api/%75i/api/api/tags",
                "/ui/api/x/../ui/api/api/tags",
                "/ui/api/./ui/",
                "/ui/api/nope",
                "/ui/api/",
                "/ui/api/..%2fapi/tags",
                "/ui/api/api%2ftags",
                "/ui/api%2fapi/tags",
                "/ui/api/v1/nope"
            })
    void whatLeadsNowhereIsNotFound(String path) throws IOException {
        String answer =
                answer("GET %s HTTP/1.1\nHost: localhost\nConnection: close\n\n".formatted(path));
        if (path.equals("/ui/api/")) {
            assertThat(answer).startsWith("HTTP/1.1 200").endsWith("Ollama is running");
        } else {
            assertThat(answer).startsWith("HTTP/1.1 404").doesNotContain(MODEL);
        }
    }

    // ---- pages of others

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, http://localhost:3000",
        "Origin, 'null'",
        "Sec-Fetch-Site, same-site",
        "Sec-Fetch-Site, cross-site"
    })
    void anotherPageCanNeitherCallNorReadNorSignIn(String header, String value) {
        long before = chatsReceived();
        for (String path : new String[] {SESSION, "/ui/api/admin/keys"}) {
            given().header(header, value).get(path).then().statusCode(403);
        }
        String own = header.equals("Origin") ? value : origin();
        for (String path : new String[] {SESSION, "/ui/api/api/chat"}) {
            var request = given().header("Origin", own);
            (header.equals("Origin") ? request : request.header(header, value))
                    .body(body(MODEL, false))
                    .post(path)
                    .then()
                    .statusCode(403)
                    .header("Set-Cookie", nullValue())
                    .body(containsString("origin_not_allowed"));
        }
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @Test
    void whatChangesSomethingSaysWhichPageSentIt() {
        given().body(body(MODEL, false))
                .post("/ui/api/api/chat")
                .then()
                .statusCode(403)
                .body("code", equalTo("origin_not_allowed"));
        given().body("{}").post(SESSION).then().statusCode(403);
        given().delete(SESSION).then().statusCode(403);
        given().get("/ui/api/api/tags").then().statusCode(200);
    }

    @Test
    void noNameThatWasPointedHereGetsThePage() {
        for (String path : new String[] {"/", "/ui/", SESSION, "/ui/api/admin/keys"}) {
            given().header("Host", "evil.example:" + RestAssured.port)
                    .accept(BROWSER)
                    .get(path)
                    .then()
                    .statusCode(403)
                    .body(containsString("host_not_allowed"));
        }
    }
}
