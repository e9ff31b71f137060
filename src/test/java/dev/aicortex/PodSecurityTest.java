package dev.aicortex;

import static dev.aicortex.testing.Manifests.items;
import static dev.aicortex.testing.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.testing.Manifests;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every pod in {@code k8s/} gives up, and what keeps it from taking a node along. */
class PodSecurityTest {
    static final List<Named<JsonNode>> WORKLOADS =
            Manifests.workloads().stream()
                    .map(w -> Named.of(w.at("/metadata/name").asText(), w))
                    .toList();

    @ParameterizedTest
    @FieldSource("WORKLOADS")
    void noPodRunsAsRoot(JsonNode workload) {
        JsonNode security = pod(workload).path("securityContext");
        assertThat(security.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(security.path("runAsUser").asInt()).isGreaterThan(10000);
        assertThat(security.path("runAsGroup")).isEqualTo(security.path("runAsUser"));
        assertThat(security.path("fsGroup")).isEqualTo(security.path("runAsUser"));
        assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    }

    @ParameterizedTest
    @FieldSource("WORKLOADS")
    void noPodIsTrustedByTheCluster(JsonNode workload) {
        JsonNode pod = pod(workload);
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(Manifests.documents(Path.of("k8s"), "ServiceAccount"))
                .filteredOn(a -> a.at("/metadata/name").equals(pod.path("serviceAccountName")))
                .hasSize(1)
                .allMatch(a -> !a.path("automountServiceAccountToken").asBoolean(true));
        for (String door : List.of("hostNetwork", "hostPID", "hostIPC")) {
            assertThat(pod.path(door).asBoolean()).isFalse();
        }
        assertThat(pod.path("volumes")).noneMatch(volume -> volume.has("hostPath"));
    }

    @ParameterizedTest
    @FieldSource("WORKLOADS")
    void everyContainerIsLockedDown(JsonNode workload) {
        assertThat(containers(workload))
                .isNotEmpty()
                .extracting(container -> container.path("securityContext").toString())
                .containsOnly(
                        "{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,"
                                + "\"capabilities\":{\"drop\":[\"ALL\"]}}");
    }

    @ParameterizedTest
    @FieldSource("WORKLOADS")
    void everyContainerSaysWhatItNeedsAndHowItIs(JsonNode workload) {
        for (JsonNode container : containers(workload)) {
            for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
                assertThat(container.at("/resources/requests").has(resource)).isTrue();
                assertThat(container.at("/resources/limits").has(resource)).isTrue();
            }
            assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                    .allMatch(container::has);
        }
    }

    private static List<JsonNode> containers(JsonNode workload) {
        JsonNode pod = pod(workload);
        return Stream.of("containers", "initContainers", "ephemeralContainers")
                .flatMap(kind -> items(pod.path(kind)).stream())
                .toList();
    }
}
