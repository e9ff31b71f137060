package dev.aicortex.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Keys, tokens, passwords, prompts and answers that are marked, sent by all ways, with and without
 * success: nowhere but on their own way does one show up.
 */
@QuarkusTest
@TestProfile(PlantedSecretsTest.Planted.class)
@Timeout(120)
class PlantedSecretsTest {
    private static final String MARK = "planted";
    private static final String KEY = MARK + "-key";
    private static final String ADMIN = MARK + "-admin";
    private static final String PASSWORD = MARK + "-password";
    private static final String BEARER = MARK + "-bearer";
    private static final String PROMPT = MARK + "-prompt";
    private static final String MODEL = SimulatedModel.llama32().name();

    /** What others may not see in another form either. */
    private static final List<String> FORMS =
            List.of(
                    MARK,
                    base64("user:" + PASSWORD),
                    base64("any:" + KEY),
                    base64("any:" + MARK + "-wrong"));

    private static SimulatedFleet servers;

    @Inject Fleet fleet;

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final List<String> seenByOthers = new ArrayList<>();
    private final Handler collector =
            new Handler() {
                private final PatternFormatter format = new PatternFormatter("%c %s%e");

                @Override
                public void publish(LogRecord line) {
                    logged.add(format.format(line));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    public static class Planted implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.keys.alice", KEY,
                    "cortex.keys.bob", "bobs-own",
                    "cortex.admin-token", ADMIN,
                    "cortex.manage", "true",
                    "cortex.body-in-memory", "1K",
                    "cortex.load.shield-from", "off",
                    "quarkus.log.category.\"dev.aicortex\".level", "DEBUG");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Guarded.class));
        }
    }

    /** Two servers: one is reached with a password in its URL, one with a token. */
    public static class Guarded implements QuarkusTestResourceLifecycleManager {
        private final Vertx vertx = Vertx.vertx();

        @Override
        public Map<String, String> start() {
            servers =
                    SimulatedFleet.start(
                            vertx,
                            2,
                            Settings.defaults()
                                    .withModels(List.of(SimulatedModel.llama32()))
                                    .withTokensPerAnswer(5)
                                    .withLoadTime(Duration.ZERO));
            String first = servers.urls().get(0).toString();
            String second = servers.urls().get(1).toString();
            return Map.of(
                    "test.servers",
                    first.replace("http://", "http://user:" + PASSWORD + "@") + "," + second,
                    "cortex.server.second.url",
                    second,
                    "cortex.server.second.bearer",
                    BEARER);
        }

        @Override
        public void stop() {
            servers.close();
            vertx.close();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void listen() {
        FleetFixtures.reset(fleet);
        Logger.getLogger("").addHandler(collector);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(collector);
        servers.servers().forEach(server -> server.fault(Fault.none()));
    }

    private static String body(boolean stream) {
        return """
        {"model":"%s","max_tokens":50,"stream":%b,"user":"%s-user","messages":[{"role":"system","content":"%s"},\
        {"role":"user","content":"%s, and much more of it: %s"}],\
        "tools":[{"type":"function","function":{"name":"%s_tool","parameters":{}}}]}\
        """
                .formatted(MODEL, stream, MARK, PROMPT, PROMPT, (PROMPT + " ").repeat(200), MARK);
    }

    private static RequestSpecification alice() {
        return given().header("Authorization", "Bearer " + KEY)
                .header("Cookie", "session=" + MARK + "-cookie")
                .header("X-Cortex-Session", MARK + "-session")
                .header("X-OpenWebUI-User-Id", MARK + "-user")
                .header("X-Custom", MARK + "-header")
                .contentType("application/json");
    }

    private static Response chat(String path, String body) {
        return alice().body(body).post(path);
    }

    private void faultEverywhere(Fault fault) {
        servers.servers().forEach(server -> server.fault(fault));
        FleetFixtures.reset(fleet);
    }

    // ---- the ways

    private void answers() {
        for (String path : List.of("/v1/chat/completions", "/api/chat", "/v1/messages")) {
            assertThat(chat(path, body(false)).statusCode()).isEqualTo(200);
            assertThat(chat(path + "?key=" + MARK + "-query", body(true)).statusCode())
                    .isEqualTo(200);
        }
        given().header("x-api-key", KEY).body(body(false)).post("/api/chat");
        given().header("Authorization", "Basic " + base64("any:" + KEY)).get("/api/tags");
        alice().header("X-Cortex-Explain", "1").body(body(false)).post("/api/chat");
    }

    private void failures() throws IOException {
        for (Fault fault :
                List.of(
                        new Fault.Status500(PROMPT + " is what I was asked"),
                        new Fault.Refuse(),
                        new Fault.Garbage(),
                        new Fault.Empty200(),
                        new Fault.WrongContent(),
                        new Fault.Busy(),
                        new Fault.CutReset(2),
                        new Fault.Says(400, "application/json", error(), Fault.Finish.WELL),
                        new Fault.Says(200, "text/plain", PROMPT, Fault.Finish.RESET))) {
            faultEverywhere(fault);
            withDeadline("/v1/chat/completions", true);
            withDeadline("/api/chat", false);
        }
        faultEverywhere(Fault.none());
        servers.servers().getFirst().fault(new Fault.HangMidStream(1));
        FleetFixtures.reset(fleet);
        try (RawClient leaves = new RawClient(URI.create("http://127.0.0.1:" + RestAssured.port))) {
            leaves.post("/api/chat", body(true), "Authorization: Bearer " + KEY).readUntil("\r\n");
        }
        await().until(() -> inFlight() == 0);
        faultEverywhere(Fault.none());
    }

    private int inFlight() {
        return fleet.snapshot().states().stream().mapToInt(s -> s.server().inFlight()).sum();
    }

    private static void withDeadline(String path, boolean stream) throws IOException {
        try (RawClient client = new RawClient(URI.create("http://127.0.0.1:" + RestAssured.port))) {
            client.post(
                    path,
                    body(stream),
                    "Authorization: Bearer %s\r\nX-Cortex-Deadline: 500ms\r\nConnection: close"
                            .formatted(KEY));
            assertThat(client.readWhatComes()).startsWith("HTTP/1.1 ");
        }
    }

    private static String error() {
        return "{\"error\":\"cannot read '%s'\"}".formatted(PROMPT);
    }

    private void mistakes() throws IOException {
        chat("/api/chat", body(false).replace(MODEL, "not-there"));
        chat("/api/chat", body(false) + PROMPT);
        chat("/api/chat", "{\"" + PROMPT);
        chat("/v1/chat/completions", "[\"" + PROMPT + "\"]");
        chat("/v1/" + MARK + "-path", body(false));
        chat("/v1/audio/transcriptions", PROMPT);
        for (String header :
                List.of("X-Cortex-Deadline", "X-Cortex-Priority", "X-Cortex-Num-Ctx")) {
            alice().header(header, MARK + "-value").body(body(false)).post("/api/chat");
        }
        alice().header("Content-Encoding", "gzip").body(body(false)).post("/api/chat");
        alice().header("Origin", "http://" + MARK + ".example").body(body(false)).post("/api/chat");
        alice().header("x-request-id", MARK + " insane").body(body(false)).post("/api/chat");
        given().header("Authorization", "Bearer " + MARK + "-wrong").get("/api/tags");
        given().header("Authorization", "Basic " + base64("any:" + MARK + "-wrong")).get("/api/ps");
        given().header("Authorization", "Bearer " + MARK + "-wrong").get("/admin/servers");
        given().header("x-api-key", MARK + "-wrong").get("/api/tags?token=" + MARK + "-query");
        raw("GET /api/tags?key=%1$s-query HTTP/1.0\r\nAuthorization: Bearer %1$s-wrong\r\n\r\n");
        raw("GET /api/tags?key=%1$s-query HTTP/1.1\r\nAuthorization: Bearer %1$s-wrong\r\n\r\n");
        raw("GET http://x/?key=%1$s-query HTTP/1.1\r\nHost: y\r\nX-Key: %1$s-wrong\r\n\r\n");
        raw("%1$s /?key=%1$s-query HTTP/9.9\r\n\r\n");
        raw("POST /api/chat HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%1$s\r\n");
    }

    private static void raw(String request) throws IOException {
        try (RawClient client = new RawClient(URI.create("http://127.0.0.1:" + RestAssured.port))) {
            client.send(request.formatted(MARK)).readUntil("\r\n\r\n");
        }
    }

    private void management() {
        for (String change : List.of("pull", "push", "create", "copy")) {
            chat(
                    "/api/" + change,
                    "{\"model\":\"%1$s.example/a/b\",\"source\":\"%1$s\",\"system\":\"%2$s\"}"
                            .formatted(MARK, PROMPT));
        }
        alice().body("{\"model\":\"m\",\"from\":\"%s\",\"system\":\"%s\"}".formatted(MODEL, PROMPT))
                .post("/api/create");
        RequestSpecification operator = given().header("Authorization", "Bearer " + ADMIN);
        seenByOthers.add(operator.get("/admin/servers").asString());
        seenByOthers.add(
                given().header("Authorization", "Bearer " + ADMIN)
                        .post("/admin/refresh")
                        .asString());
        seenByOthers.add(
                given().header("Authorization", "Bearer " + ADMIN)
                        .body(body(false))
                        .post("/admin/explain")
                        .asString());
    }

    private void whatOthersSee() {
        for (String path :
                List.of(
                        "/",
                        "/health",
                        "/config",
                        "/q/metrics",
                        "/q/health",
                        "/q/openapi",
                        "/openapi.json",
                        "/api/tags",
                        "/api/ps",
                        "/v1/models",
                        "/models",
                        "/catalogue/models",
                        "/catalogue/families")) {
            Response answer = given().header("x-api-key", "bobs-own").get(path);
            seenByOthers.add(answer.headers() + answer.asString());
        }
        Response answer =
                given().header("x-api-key", "bobs-own")
                        .body(body(false).replace(MARK, "bob"))
                        .post("/api/chat");
        seenByOthers.add(answer.headers() + answer.asString());
    }

    // ---- where they are not

    @Test
    void noneShowsUpAnywhere() throws IOException {
        answers();
        whatOthersSee();
        mistakes();
        management();
        failures();
        whatOthersSee();
        assertThat(logged).as("log lines").isNotEmpty().noneMatch(PlantedSecretsTest::tells);
        assertThat(seenByOthers).noneMatch(PlantedSecretsTest::tells);
        await().untilAsserted(() ->
                assertThat(files()).isNotEmpty().noneMatch(PlantedSecretsTest::holds));
    }

    private static boolean tells(String text) {
        return FORMS.stream().anyMatch(text::contains);
    }

    /** Of the catalogue, and what bodies were stored in. */
    private static List<Path> files() throws IOException {
        Path catalogue =
                Path.of(ConfigProvider.getConfig().getValue("cortex.catalogue.dir", String.class));
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> kept = Files.walk(catalogue);
                Stream<Path> stored = Files.list(temporary)) {
            return Stream.concat(kept, stored.filter(path -> path.toString().contains("aicortex")))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static boolean holds(Path file) {
        try {
            return tells(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return false; // deleted since it was listed
        }
    }
}
