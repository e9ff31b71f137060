package dev.aicortex;

import static dev.aicortex.testing.Manifests.items;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.config.Keys;
import dev.aicortex.testing.Dockerfile;
import dev.aicortex.testing.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** {@code compose.yaml} against the program that it starts and the files that it mounts. */
class ComposeTest {
    private static final JsonNode COMPOSE = Manifests.documents(Path.of("compose.yaml")).getFirst();
    private static final JsonNode SERVICES = COMPOSE.path("services");
    private static final JsonNode GATEWAY = SERVICES.path("aicortex");

    @Test
    void everyVariableIsAKey() {
        Set<String> known =
                Keys.all().keySet().stream().map(Keys::variable).collect(Collectors.toSet());
        known.addAll(List.of("CORTEX_KEYS_ME", "QUARKUS_SHUTDOWN_TIMEOUT"));
        assertThat(GATEWAY.path("environment").fieldNames())
                .toIterable()
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void everyServerIsAService() {
        assertThat(GATEWAY.at("/environment/CORTEX_SERVERS").asText().split(","))
                .allSatisfy(url ->
                        assertThat(
                                        SERVICES.path(url.replaceAll("http://(.*):11434", "$1"))
                                                .isObject())
                                .as(url)
                                .isTrue());
    }

    @Test
    void everyFileThatIsMountedIsThere() {
        for (JsonNode service : SERVICES) {
            for (JsonNode mount : items(service.path("volumes"))) {
                String source = mount.asText().split(":")[0];
                if (source.startsWith("./")) {
                    assertThat(Path.of(source)).exists();
                } else {
                    assertThat(COMPOSE.path("volumes").has(source)).as(source).isTrue();
                }
            }
        }
    }

    @Test
    void everyServiceTellsHowItIsAndIsReachedFromThisMachineAlone() {
        for (JsonNode service : SERVICES) {
            assertThat(service.has("healthcheck") || service.has("<<")).isTrue();
            assertThat(items(service.path("ports")))
                    .allMatch(port -> port.asText().startsWith("127.0.0.1:"));
        }
    }

    @Test
    void theDataIsWhereTheImageKeepsIt() {
        assertThat(items(GATEWAY.path("volumes")))
                .extracting(JsonNode::asText)
                .containsExactly("aicortex:" + Dockerfile.read().only("VOLUME"));
    }

    @Test
    void prometheusScrapesTheGateway() {
        JsonNode scrape =
                Manifests.documents(Path.of("prometheus/prometheus.yaml"))
                        .getFirst()
                        .at("/scrape_configs/0");
        assertThat(scrape.at("/static_configs/0/targets/0").asText())
                .isEqualTo("aicortex:" + Dockerfile.read().only("EXPOSE"));
        assertThat(scrape.path("metrics_path").asText()).isEqualTo("/q/metrics");
    }

    @Test
    void theVersionsAreThoseOfTheManifests() throws IOException {
        String manifests =
                Files.readString(Path.of("k8s/base/kustomization.yaml"))
                        + Files.readString(Path.of("k8s/overlays/ollama/kustomization.yaml"));
        assertThat(StreamSupport.stream(SERVICES.spliterator(), false))
                .extracting(service -> service.path("image").asText())
                .filteredOn(image -> image.matches("(aicortex|ollama/ollama):.*"))
                .hasSize(2)
                .allSatisfy(image ->
                        assertThat(manifests)
                                .containsPattern(
                                        "name: %s\\s+newTag: %s\\n"
                                                .formatted(
                                                        image.split(":")[0], image.split(":")[1])));
    }
}
