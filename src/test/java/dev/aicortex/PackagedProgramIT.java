package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.RawServer;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program as a new user meets it. */
class PackagedProgramIT {
    @Test
    void theDemoAnswersAtOnceAndStopsWhenAsked() throws Exception {
        try (Program program = Program.start(Map.of(), "--demo", "--port", "0")) {
            assertThat(RestAssured.get(program.url()).asString()).isEqualTo("Ollama is running");
            assertThat(program.output()).contains("a simulated fleet answers");
            try (RawClient client = new RawClient(program.url())) {
                client.post(
                        "/api/generate",
                        "{\"model\":\"llama3.2:3b\",\"prompt\":\"hi\",\"options\":{\"num_predict\":3}}");
                assertThat(client.readUntil("\"done\":true")).startsWith("HTTP/1.1 200");
            }
            program.terminate();
            assertThat(program.exit()).isEqualTo(143);
        }
    }

    @Test
    void theReadmesCurlLinesGiveTheShownAnswers() throws Exception {
        Pattern example =
                Pattern.compile(
                        "(?s)\\$ curl localhost:11435(\\S+)(?: -d '([^']*)')?\n(.*?)(?=\n\n|\n```)");
        Matcher examples = example.matcher(Files.readString(Path.of("README.md")));
        try (Program program = Program.start(Map.of(), "--demo", "--port", "0")) {
            int shown = 0;
            while (examples.find()) {
                shown++;
                String url = program.url() + examples.group(1);
                String body = examples.group(2);
                Response answer =
                        body == null
                                ? RestAssured.get(url)
                                : RestAssured.given().body(body).post(url);
                assertThat(withoutNumbers(answer.asString()))
                        .isEqualTo(withoutNumbers(examples.group(3)));
            }
            assertThat(shown).isEqualTo(4);
        }
    }

    /** Ids, times and durations differ from run to run. */
    private static String withoutNumbers(String text) {
        return text.strip().replaceAll("\\d+", "0");
    }

    @Test
    void withoutServersItFrontsTheDefaultOne() throws Exception {
        try (RawServer server = new RawServer("{}");
                Program program =
                        Program.start(
                                Map.of("CORTEX_DEFAULT_SERVER", server.url()), "--port", "0")) {
            JsonPath health = RestAssured.get(program.url() + "/health").jsonPath();
            assertThat(health.getBoolean("simulated")).isFalse();
            assertThat(health.getList("servers.url")).isEqualTo(List.of(server.url()));
        }
    }

    @Test
    void serversComeFromFlagsWhichWinOverTheEnvironment() throws Exception {
        Map<String, String> environment =
                Map.of("CORTEX_SERVERS", "http://a:1", "QUARKUS_HTTP_PORT", "0");
        try (Program program =
                Program.start(
                        environment,
                        "serve",
                        "--server",
                        "http://127.0.0.1:1",
                        "--server",
                        "http://u:secret@127.0.0.1:2")) {
            String health = RestAssured.get(program.url() + "/health").asString();
            assertThat(health)
                    .contains("http://127.0.0.1:1\"", "http://127.0.0.1:2\"")
                    .doesNotContain("http://a");
            assertThat(RestAssured.get(program.url() + "/config").asString())
                    .doesNotContain("secret");
            assertThat(program.output()).doesNotContain("secret");
        }
    }

    @Test
    void aMisspeltKeyIsOneClearLine() throws Exception {
        assertRefused(
                Map.of("CORTEX_SERVRES", "http://a:1"),
                "unknown configuration key CORTEX_SERVRES; did you mean CORTEX_SERVERS?");
    }

    @Test
    void aWrongFileIsOneClearLine(@TempDir Path temp) throws Exception {
        Path file = Files.writeString(temp.resolve("a.yaml"), "health:\n  tll: 3s\n");
        assertRefused(
                Map.of("CORTEX_CONFIG", file.toString()),
                file + ":2:3: cortex.health.tll: is no key; did you mean ttl?");
    }

    @Test
    void theFileIsReadAgainOnAHangUp(@TempDir Path temp) throws Exception {
        try (RawServer server = new RawServer("{}")) {
            String one = "quarkus: {http: {port: 0}}\nserver: {a: {url: \"%s\"}}\n";
            Path file = Files.writeString(temp.resolve("a.yaml"), one.formatted(server.url()));
            try (Program program = Program.start(Map.of(), "--config", file.toString())) {
                String health = program.url() + "/health";
                assertThat(RestAssured.get(health).jsonPath().getList("servers.name"))
                        .isEqualTo(List.of("a"));
                Files.writeString(file, one.formatted(server.url()).replace("{a:", "{b:"));
                program.hangUp();
                await().until(() ->
                        RestAssured.get(health)
                                .jsonPath()
                                .getList("servers.name")
                                .equals(List.of("b")));
                assertThat(program.output()).contains(file + ": the new configuration is in force");
            }
        }
    }

    @Test
    void aWrongUrlIsOneClearLine() throws Exception {
        assertRefused(
                Map.of("CORTEX_SERVERS", "gpu-a:11434"),
                "cortex.servers: 'gpu-a:11434' is not a server's URL");
    }

    @Test
    void aWrongDurationIsOneClearLine() throws Exception {
        assertRefused(Map.of("CORTEX_LOOK_AFTER", "soon"), "soon");
    }

    /** The gateway's own settings and those of Quarkus, whichever part reads them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CORTEX_MAX_BODY | lots | cortex.max-body",
                "CORTEX_ROUTING_POLICY | nope | nope",
                "CORTEX_MANAGE | perhaps | cortex.manage",
                "CORTEX_REFRESH_EVERY | often | cortex.refresh.every",
                "CORTEX_BREAKER_FAILURE_RATIO | 7 | cortex.breaker.failure-ratio",
                "CORTEX_DEFAULT_SERVER | gpu-a | cortex.default-server",
                "CORTEX_PLUGINS | /no/such/folder | /no/such/folder",
                "QUARKUS_HTTP_PORT | abc | quarkus.http.port",
                "QUARKUS_HTTP_PORT | 99999 | port must be <= 65535",
                "QUARKUS_HTTP_HOST | no.such.host.invalid | no.such.host.invalid",
                "QUARKUS_HTTP_HOST | 203.0.113.9 | assign requested address",
                "QUARKUS_SHUTDOWN_TIMEOUT | never | quarkus.shutdown.timeout",
                "QUARKUS_HTTP_LIMITS_MAX_HEADER_SIZE | big | quarkus.http.limits.max-header-size",
                "QUARKUS_LOG_LEVEL | LOUD | quarkus.log.level",
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES | /no/such.pem | specify the key files"
            })
    void aWrongSettingIsOneClearLine(String name, String value, String named) throws Exception {
        Map<String, String> environment =
                new HashMap<>(Map.of("QUARKUS_HTTP_PORT", "0", "CORTEX_AUTH", "none"));
        environment.put(name, value);
        assertRefused(environment, named);
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (RawServer other = new RawServer("{}")) {
            String port = Integer.toString(URI.create(other.url()).getPort());
            assertRefused(Map.of("QUARKUS_HTTP_PORT", port), "Port already bound: " + port);
        }
    }

    private static void assertRefused(Map<String, String> environment, String message)
            throws IOException, InterruptedException {
        try (Program program = Program.start(environment)) {
            assertThat(program.exit()).isEqualTo(1);
            List<String> lines = program.output().lines().filter(l -> !isInfo(l)).toList();
            assertThat(lines).singleElement().asString().contains(message);
        }
    }

    /** What it has done before it came to the wrong setting, and what servers did meanwhile. */
    private static boolean isInfo(String line) {
        return line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (INFO|WARN  Fleet) .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "serve", "chat", "models", "servers", "health", "simulate"})
    void everyCommandHasHelp(String command) throws Exception {
        String[] arguments =
                command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
        try (Program program = Program.start(Map.of(), arguments)) {
            assertThat(program.exit()).isZero();
            assertThat(program.output()).contains("Usage: aicortex").contains("--help");
        }
    }

    @Test
    void anUnknownFlagIsAUsageError() throws Exception {
        try (Program program = Program.start(Map.of(), "--sever", "http://a:1")) {
            assertThat(program.exit()).isEqualTo(2);
            assertThat(program.output()).contains("--sever");
        }
    }
}
