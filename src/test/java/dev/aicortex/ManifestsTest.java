package dev.aicortex;

import static dev.aicortex.testing.Manifests.BASE;
import static dev.aicortex.testing.Manifests.OLLAMA;
import static dev.aicortex.testing.Manifests.items;
import static dev.aicortex.testing.Manifests.named;
import static dev.aicortex.testing.Manifests.only;
import static dev.aicortex.testing.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.config.Keys;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.testing.Manifests;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The manifests in {@code k8s/} against the program that they start. */
class ManifestsTest {
    private static final Properties APPLICATION = applicationProperties();
    private static final int PORT = Integer.parseInt(APPLICATION.getProperty("quarkus.http.port"));

    private static final JsonNode DEPLOYMENT = only(BASE, "Deployment");
    private static final JsonNode POD = pod(DEPLOYMENT);
    private static final JsonNode CONTAINER = named(POD.path("containers"), "aicortex");

    private static Properties applicationProperties() {
        Properties properties = new Properties();
        try (Reader reader =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return properties;
    }

    @Nested
    class Settings {
        @Test
        void everyVariableIsAKeyOfTheApplication() {
            Set<String> known =
                    Stream.of(
                                    Keys.all().keySet(),
                                    APPLICATION.stringPropertyNames(),
                                    ConfigMappings.getProperties(
                                                    ConfigClass.configClass(ShutdownConfig.class))
                                            .keySet())
                            .flatMap(Set::stream)
                            .map(Keys::variable)
                            .collect(Collectors.toSet());
            assertThat(known).containsAll(Manifests.baseSettings().keySet());
            assertThat(known).containsAll(Manifests.settings(OLLAMA).keySet());
        }

        @Test
        void theContainerTakesThem() {
            String name =
                    Manifests.documents(BASE.resolve("kustomization.yaml"))
                            .getFirst()
                            .at("/configMapGenerator/0/name")
                            .asText();
            assertThat(CONTAINER.at("/envFrom/0/configMapRef/name").asText()).isEqualTo(name);
            assertThat(CONTAINER.path("env").isMissingNode()).isTrue();
        }

        @Test
        void itListensToMoreThanLoopback() {
            assertThat(Manifests.baseSettings()).containsEntry("QUARKUS_HTTP_HOST", "0.0.0.0");
        }

        /** On such an address it asks for keys, and does not start without any. */
        @Test
        void theKeysComeFromASecret() {
            assertThat(CONTAINER.at("/envFrom/1/secretRef/name").asText()).isEqualTo("aicortex");
            assertThat(Manifests.baseSettings()).doesNotContainKey("CORTEX_AUTH");
        }

        @Test
        void theGracePeriodOutlastsPreStopAndTheRunningAnswers() {
            Duration grace = Duration.ofSeconds(POD.path("terminationGracePeriodSeconds").asLong());
            Duration preStop =
                    Duration.ofSeconds(CONTAINER.at("/lifecycle/preStop/sleep/seconds").asLong());
            Duration answers =
                    DurationConverter.parseDuration(
                            Manifests.baseSettings().get("QUARKUS_SHUTDOWN_TIMEOUT"));
            Duration delay =
                    DurationConverter.parseDuration(
                            Manifests.baseSettings().get("QUARKUS_SHUTDOWN_DELAY"));
            assertThat(preStop).isPositive();
            assertThat(grace).isGreaterThan(preStop.plus(delay).plus(answers).plusSeconds(5));
        }

        @Test
        void theImageHasTheProjectsVersion() throws IOException {
            String tag =
                    Manifests.documents(BASE.resolve("kustomization.yaml"))
                            .getFirst()
                            .at("/images/0/newTag")
                            .asText();
            assertThat(Files.readString(Path.of("pom.xml")))
                    .containsPattern("<version>" + tag.replace(".", "\\.") + "(-SNAPSHOT)?</");
        }
    }

    @Nested
    class Network {
        @Test
        void everyPortIsTheOneThatItListensOn() {
            JsonNode service = only(BASE, "Service");
            JsonNode scrape = DEPLOYMENT.at("/spec/template/metadata/annotations");
            JsonNode ingress = only(BASE, "NetworkPolicy").at("/spec/ingress/0/ports");
            assertThat(CONTAINER.at("/ports/0/containerPort").asInt()).isEqualTo(PORT);
            assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(PORT);
            assertThat(scrape.path("prometheus.io/port").asInt()).isEqualTo(PORT);
            assertThat(items(ingress))
                    .extracting(port -> port.path("port").asInt())
                    .containsExactly(PORT);
        }

        @Test
        void portsAreMeantByTheirNames() {
            for (JsonNode workload : Manifests.workloads()) {
                JsonNode container = pod(workload).at("/containers/0");
                String name = container.at("/ports/0/name").asText();
                for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                    JsonNode port = container.path(probe).findPath("port");
                    assertThat(port.isMissingNode() || port.asText().equals(name)).isTrue();
                }
            }
            for (JsonNode service : Manifests.documents(Path.of("k8s"), "Service")) {
                JsonNode port = service.at("/spec/ports/0");
                assertThat(port.path("targetPort")).isEqualTo(port.path("name"));
            }
        }

        @Test
        void onlyLabelledClientsComeIn() {
            JsonNode policy = only(BASE, "NetworkPolicy").path("spec");
            assertThat(policy.path("policyTypes"))
                    .extracting(JsonNode::asText)
                    .containsExactly("Ingress", "Egress");
            assertThat(policy.path("ingress")).hasSize(1);
            assertThat(policy.at("/ingress/0/from"))
                    .isNotEmpty()
                    .allSatisfy(from ->
                            assertThat(from.findPath("matchLabels"))
                                    .hasToString("{\"aicortex-client\":\"true\"}"));
        }

        @Test
        void itReachesItsServersAndTheNamesOnly() {
            List<Integer> open =
                    only(BASE, "NetworkPolicy").at("/spec/egress").findValues("port").stream()
                            .map(JsonNode::asInt)
                            .distinct()
                            .toList();
            List<Integer> needed = new ArrayList<>(List.of(53));
            Stream.concat(
                            servers(Manifests.baseSettings()).stream(),
                            servers(Manifests.settings(OLLAMA)).stream())
                    .map(server -> server.base().getPort())
                    .distinct()
                    .forEach(needed::add);
            assertThat(open).containsExactlyElementsOf(needed);
        }

        @Test
        void selectorsMeetTheirPods() {
            for (JsonNode workload : Manifests.workloads()) {
                JsonNode labels = workload.at("/spec/template/metadata/labels");
                assertThat(workload.at("/spec/selector/matchLabels")).isEqualTo(labels);
            }
            JsonNode labels = DEPLOYMENT.at("/spec/template/metadata/labels");
            assertThat(only(BASE, "Service").at("/spec/selector")).isEqualTo(labels);
            assertThat(only(BASE, "NetworkPolicy").at("/spec/podSelector/matchLabels"))
                    .isEqualTo(labels);
        }
    }

    @Nested
    class Volumes {
        @Test
        void theCatalogueIsOnTheClaim() {
            String catalogue = Manifests.baseSettings().get(Keys.variable("cortex.catalogue.dir"));
            JsonNode volume = named(POD.path("volumes"), "catalogue");
            assertThat(Path.of(catalogue)).startsWithRaw(Path.of(mountPath("catalogue")));
            assertThat(volume.at("/persistentVolumeClaim/claimName").asText())
                    .isEqualTo(only(BASE, "PersistentVolumeClaim").at("/metadata/name").asText());
        }

        @Test
        void theTemporaryDirectoryIsWritable() {
            assertThat(mountPath("tmp")).isEqualTo("/tmp");
            assertThat(named(POD.path("volumes"), "tmp").has("emptyDir")).isTrue();
        }

        private static String mountPath(String volume) {
            return named(CONTAINER.path("volumeMounts"), volume).path("mountPath").asText();
        }
    }

    @Nested
    class Ollama {
        private static final JsonNode SERVERS = only(OLLAMA, "StatefulSet");

        @Test
        void everyPodIsAServerByItsStableName() {
            String set = SERVERS.at("/metadata/name").asText();
            JsonNode service = only(OLLAMA, "Service");
            String domain = service.at("/metadata/name").asText();
            int port = service.at("/spec/ports/0/port").asInt();
            assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
            assertThat(SERVERS.at("/spec/serviceName").asText()).isEqualTo(domain);
            assertThat(servers(Manifests.settings(OLLAMA)))
                    .extracting(server -> server.base().toString())
                    .containsExactlyElementsOf(
                            IntStream.range(0, SERVERS.at("/spec/replicas").asInt())
                                    .mapToObj(i ->
                                            "http://%s-%d.%s:%d".formatted(set, i, domain, port))
                                    .toList());
        }

        @Test
        void onlyAiCortexReachesThem() {
            JsonNode from = only(OLLAMA, "NetworkPolicy").at("/spec/ingress/0/from");
            assertThat(from).hasSize(1);
            assertThat(from.at("/0/podSelector/matchLabels"))
                    .isEqualTo(DEPLOYMENT.at("/spec/template/metadata/labels"));
        }
    }

    private static List<ServerUrl> servers(Map<String, String> settings) {
        return Arrays.stream(settings.get("CORTEX_SERVERS").split(",")).map(ServerUrl::of).toList();
    }

    @Test
    void everyFileIsListedWhereItLies() {
        for (Path file : Manifests.files(Path.of("k8s"))) {
            String name = file.getFileName().toString();
            if (!name.equals("kustomization.yaml")) {
                Path list = file.resolveSibling("kustomization.yaml");
                assertThat(Manifests.documents(list).toString()).contains('"' + name + '"');
            }
        }
    }
}
