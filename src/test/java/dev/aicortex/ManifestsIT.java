package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.testing.Manifests;
import dev.aicortex.testing.Program;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program with the environment of the manifests, asked as a cluster asks it. */
class ManifestsIT {
    @Test
    void probesAndMetricsAnswerThoughEveryServerIsDown(@TempDir Path volume) throws Exception {
        Map<String, String> environment = new HashMap<>(Manifests.baseSettings());
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("CORTEX_SERVERS", "http://127.0.0.1:1");
        environment.put("CORTEX_CATALOGUE_DIR", volume.resolve("catalogue").toString());
        environment.put("CORTEX_DATABASE_URL", "sqlite:" + volume.resolve("aicortex.db"));
        JsonNode deployment = Manifests.only(Manifests.BASE, "Deployment");
        JsonNode container = Manifests.pod(deployment).at("/containers/0");
        try (Program program = Program.start(environment, "--port", "0")) {
            for (String probe : new String[] {"startupProbe", "livenessProbe", "readinessProbe"}) {
                String path = container.at("/" + probe + "/httpGet/path").asText();
                Awaitility.await(probe)
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> status(program, path) == 200);
            }
            String metrics =
                    deployment
                            .at("/spec/template/metadata/annotations/prometheus.io~1path")
                            .asText();
            assertThat(status(program, metrics)).isEqualTo(200);
        }
    }

    private static int status(Program program, String path) {
        return RestAssured.get(program.url() + path).statusCode();
    }
}
