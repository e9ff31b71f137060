package dev.aicortex;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.Program;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program on an address that other machines reach: with keys, or not at all. */
class OpenDoorIT {
    private final Map<String, String> environment = new HashMap<>();

    @TempDir private Path folder;

    @BeforeEach
    void openToAll() {
        environment.put("QUARKUS_HTTP_HOST", "0.0.0.0");
        environment.put("QUARKUS_HTTP_PORT", "0");
        environment.put("CORTEX_DATABASE_URL", "sqlite:" + folder.resolve("aicortex.db"));
    }

    private static Response models(Program program, String key) {
        return given().header("x-api-key", key).get(url(program) + "/v1/models");
    }

    private static String url(Program program) {
        return "http://127.0.0.1:" + program.url().getPort();
    }

    @Test
    void withoutAKeyItDoesNotStartAndSaysWhyInOneLine() throws Exception {
        try (Program program = Program.start(environment)) {
            assertThat(program.exit()).isEqualTo(1);
            List<String> lines =
                    program.output().lines().filter(line -> !line.contains(" INFO ")).toList();
            assertThat(lines)
                    .singleElement()
                    .asString()
                    .contains(
                            "quarkus.http.host: '0.0.0.0'", "cortex.keys.NAME", "cortex.auth=none");
        }
    }

    @Test
    void withAKeyOfTheConfigurationItAsksForIt() throws Exception {
        environment.put("CORTEX_KEYS_ME", "sk-me");
        try (Program program = Program.start(environment)) {
            assertThat(models(program, "sk-me").statusCode()).isEqualTo(200);
            assertThat(models(program, "sk-other").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void itIsOpenWhereThatIsSaid() throws Exception {
        environment.put("CORTEX_AUTH", "none");
        try (Program program = Program.start(environment)) {
            assertThat(models(program, "any").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void soIsItsPageForSomebodyWhoseKeyIsDisabled() throws Exception {
        environment.put("CORTEX_AUTH", "none");
        try (Program program = Program.start(environment)) {
            String secret =
                    given().body("{\"name\":\"first\"}")
                            .post(url(program) + "/admin/keys")
                            .path("secret");
            String cookie =
                    given().header("Origin", url(program))
                            .body("{\"key\":\"%s\"}".formatted(secret))
                            .post(url(program) + "/ui/session")
                            .cookie("cortex_key");
            given().post(url(program) + "/admin/keys/first/disable").then().statusCode(200);
            given().cookie("cortex_key", cookie)
                    .get(url(program) + "/ui/api/v1/models")
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void thePageAndWhatIsKeptForItCanBeTurnedOff() throws Exception {
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("CORTEX_UI", "false");
        try (Program program = Program.start(environment)) {
            for (String path :
                    List.of("/ui/", "/ui/session", "/ui/api/api/tags", "/admin/events")) {
                given().get(url(program) + path).then().statusCode(404);
            }
            Response root = given().accept("text/html").get(url(program) + "/");
            assertThat(root.asString()).isEqualTo("Ollama is running");
        }
    }

    @Test
    void theFirstKeyIsMadeWithTheAdminTokenAndIsEnoughFromThenOn() throws Exception {
        environment.put("CORTEX_ADMIN_TOKEN", "the-token");
        String secret;
        try (Program program = Program.start(environment)) {
            assertThat(models(program, "any").statusCode()).isEqualTo(401);
            secret =
                    given().header("Authorization", "Bearer the-token")
                            .body("{\"name\":\"first\"}")
                            .post(url(program) + "/admin/keys")
                            .path("secret");
            assertThat(models(program, secret).statusCode()).isEqualTo(200);
        }
        environment.remove("CORTEX_ADMIN_TOKEN");
        try (Program program = Program.start(environment)) {
            assertThat(models(program, secret).statusCode()).isEqualTo(200);
            assertThat(models(program, "any").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void onLoopbackAKeyThatIsMadeClosesTheDoor() throws Exception {
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        String secret;
        try (Program program = Program.start(environment)) {
            assertThat(models(program, "any").statusCode()).isEqualTo(200);
            secret =
                    given().body("{\"name\":\"first\"}")
                            .post(url(program) + "/admin/keys")
                            .path("secret");
            assertThat(models(program, "any").statusCode()).isEqualTo(401);
        }
        try (Program program = Program.start(environment)) {
            assertThat(chat(program, secret).statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(models(program, secret).statusCode()).isEqualTo(200);
            assertThat(models(program, "any").statusCode()).isEqualTo(401);
        }
    }

    /** There is no server to answer; what matters is that its body is read and the key known. */
    private static Response chat(Program program, String key) {
        return given().header("x-api-key", key)
                .body("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .post(url(program) + "/v1/chat/completions");
    }
}
