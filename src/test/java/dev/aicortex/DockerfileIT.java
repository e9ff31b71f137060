package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.Dockerfile;
import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The packaged program on as little of Java as the image holds. */
class DockerfileIT {
    private static final Pattern MODULES = Pattern.compile("--add-modules (\\S+)");

    @Test
    void theProgramNeedsNoModuleThatTheImageLacks() throws Exception {
        Matcher modules = MODULES.matcher(String.join("\n", Dockerfile.read().every("RUN")));
        assertThat(modules.find()).isTrue();
        Map<String, String> image = Map.of("JAVA_OPTS", "--limit-modules=" + modules.group(1));
        try (Program server = Program.start(image, "--demo", "--port", "0")) {
            String url = server.url().toString();
            String chat =
                    "{\"model\":\"llama3.2:3b\",\"stream\":false,"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
            RestAssured.given().body(chat).post(url + "/api/chat").then().statusCode(200);
            for (String path : new String[] {"/v1/models", "/health", "/config", "/q/metrics"}) {
                RestAssured.get(url + path).then().statusCode(200);
            }
            try (Program client = Program.start(image, "health", "--url", url)) {
                assertThat(client.exit()).as(client::output).isZero();
            }
            assertThat(server.output()).doesNotContain("ERROR", "WARN");
        }
    }
}
