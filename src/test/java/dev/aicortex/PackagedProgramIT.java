package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.Program;
import dev.aicortex.testing.RawClient;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged program as a new user meets it. */
class PackagedProgramIT {
    @Test
    void theDemoAnswersAtOnceAndStopsWhenAsked() throws Exception {
        try (Program program = Program.start(Map.of(), "--demo", "--port", "0")) {
            String root = RestAssured.get(program.url()).asString();
            assertThat(root).contains("in front of 3 simulated servers");
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
    void withoutServersItFrontsTheOneOnLocalhost() throws Exception {
        try (Program program = Program.start(Map.of(), "--port", "0")) {
            JsonPath health = RestAssured.get(program.url() + "/health").jsonPath();
            assertThat(health.getBoolean("simulated")).isFalse();
            assertThat(health.getList("servers.url")).isEqualTo(List.of("http://localhost:11434"));
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
    void aWrongUrlIsOneClearLine() throws Exception {
        assertRefused(
                Map.of("CORTEX_SERVERS", "gpu-a:11434"),
                "cortex.servers: 'gpu-a:11434' is not a server's URL");
    }

    @Test
    void aWrongDurationIsOneClearLine() throws Exception {
        assertRefused(Map.of("CORTEX_IDLE_TIMEOUT", "soon"), "soon");
    }

    private static void assertRefused(Map<String, String> environment, String message)
            throws IOException, InterruptedException {
        try (Program program = Program.start(environment, "--port", "0")) {
            assertThat(program.exit()).isEqualTo(1);
            assertThat(program.output()).contains(message).doesNotContain("\tat ");
        }
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
