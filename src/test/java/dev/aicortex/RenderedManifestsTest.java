package dev.aicortex;

import static dev.aicortex.testing.Manifests.items;
import static dev.aicortex.testing.Manifests.named;
import static dev.aicortex.testing.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.config.Keys;
import dev.aicortex.testing.Manifests;
import dev.aicortex.testing.OnThePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the overlays come to with all that they are made of; where kubectl is installed, as in CI.
 */
class RenderedManifestsTest {
    private static final Path REPLICAS = Path.of("k8s/overlays/replicas");
    private static final Path GPU_FLEET = Path.of("k8s/overlays/gpu-fleet");
    private static final Path AUTOSCALED = Path.of("k8s/overlays/gpu-autoscaled");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<Path, List<JsonNode>> RENDERED = new HashMap<>();

    @BeforeAll
    static void kubectlIsThere() {
        assumeTrue(OnThePath.has("kubectl"), "kubectl is not installed");
    }

    static List<Path> overlays() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("k8s/overlays"))) {
            return all.sorted().toList();
        }
    }

    private static List<JsonNode> rendered(Path overlay) {
        return RENDERED.computeIfAbsent(overlay, Manifests::rendered);
    }

    private static JsonNode one(Path overlay, String kind, String name) {
        return rendered(overlay).stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().matches(name))
                .reduce((_, _) -> {
                    throw new IllegalStateException("more than one " + kind + " " + name);
                })
                .orElseThrow();
    }

    private static Map<String, String> settings(Path overlay) {
        JsonNode data = one(overlay, "ConfigMap", "aicortex-[a-z0-9]+").path("data");
        return JSON.convertValue(
                data,
                JSON.getTypeFactory().constructMapType(Map.class, String.class, String.class));
    }

    /** The strictest of the Pod Security Standards. */
    @ParameterizedTest
    @MethodSource("overlays")
    void everyPodIsRestricted(Path overlay) {
        for (JsonNode object : rendered(overlay)) {
            JsonNode pod = pod(object);
            for (JsonNode container : containers(pod)) {
                JsonNode security = container.path("securityContext");
                assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
                assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
                assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                        .isEqualTo("RuntimeDefault");
                assertThat(pod.path("volumes")).noneMatch(volume -> volume.has("hostPath"));
                assertThat(container.path("image").asText()).contains(":");
            }
        }
    }

    private static List<JsonNode> containers(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>(items(pod.path("containers")));
        all.addAll(items(pod.path("initContainers")));
        return all;
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theNamespaceTakesNoOtherPods(Path overlay) {
        assertThat(rendered(overlay))
                .filteredOn(object -> object.path("kind").asText().equals("Namespace"))
                .allMatch(namespace ->
                        namespace
                                .at("/metadata/labels/pod-security.kubernetes.io~1enforce")
                                .asText()
                                .equals("restricted"));
    }

    @Test
    void everySettingIsAKey() {
        Set<String> known = new HashSet<>();
        Keys.all().keySet().forEach(key -> known.add(Keys.variable(key)));
        for (Path overlay : List.of(REPLICAS, GPU_FLEET, AUTOSCALED)) {
            assertThat(settings(overlay).keySet())
                    .filteredOn(name -> name.startsWith("CORTEX_"))
                    .isSubsetOf(known);
        }
    }

    @Test
    void whatIsSecretComesAsFilesThatAreMounted() {
        JsonNode pod = pod(one(REPLICAS, "Deployment", "aicortex"));
        for (String key : List.of("CORTEX_CONFIG", "CORTEX_DATABASE_PASSWORD_FILE")) {
            Path file = Path.of(settings(REPLICAS).get(key));
            assertThat(items(pod.at("/containers/0/volumeMounts")))
                    .filteredOn(mount ->
                            file.getParent().equals(Path.of(mount.path("mountPath").asText())))
                    .singleElement()
                    .satisfies(mount ->
                            assertThat(
                                            named(pod.path("volumes"), mount.path("name").asText())
                                                    .has("secret"))
                                    .isTrue());
        }
    }

    @Test
    void everyServerOfTheGpuFleetIsNamed() {
        int servers = one(GPU_FLEET, "StatefulSet", "ollama").at("/spec/replicas").asInt();
        assertThat(settings(GPU_FLEET).get("CORTEX_SERVERS").split(","))
                .containsExactlyElementsOf(
                        IntStream.range(0, servers)
                                .mapToObj(i -> "http://ollama-%d.ollama:11434".formatted(i))
                                .toList());
    }

    @Test
    void anOllamaHasItsTimeToFinish() {
        JsonNode pod = pod(one(GPU_FLEET, "StatefulSet", "ollama"));
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .isGreaterThan(
                        pod.at("/containers/0/lifecycle/preStop/sleep/seconds").asInt() + 10);
    }

    @Test
    void theAutoscalerAsksForWhatTheAdapterHas() {
        List<String> asked =
                one(AUTOSCALED, "HorizontalPodAutoscaler", "ollama")
                        .at("/spec/metrics")
                        .findValues("metric")
                        .stream()
                        .map(metric -> metric.path("name").asText())
                        .toList();
        JsonNode rules = Manifests.documents(Path.of("prometheus/adapter.yaml")).getFirst();
        assertThat(rules.findValues("as").stream().map(JsonNode::asText).toList())
                .containsExactlyElementsOf(asked);
    }

    @Test
    void theRuleIsMadeOfTheAlerts() {
        assertThat(one(REPLICAS, "PrometheusRule", "aicortex").path("spec"))
                .isEqualTo(Manifests.documents(Path.of("prometheus/alerts.yaml")).getFirst());
    }
}
