package dev.aicortex;

import static dev.aicortex.testing.Manifests.BASE;
import static dev.aicortex.testing.Manifests.named;
import static dev.aicortex.testing.Manifests.only;
import static dev.aicortex.testing.Manifests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.testing.Dockerfile;
import dev.aicortex.testing.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The image against the manifests that start it, and against the files that it is made of. */
class DockerfileTest {
    private static final Dockerfile IMAGE = Dockerfile.read();
    private static final JsonNode POD = pod(only(BASE, "Deployment"));

    @Test
    void itsUserIsThePods() {
        JsonNode security = POD.path("securityContext");
        assertThat(IMAGE.only("USER"))
                .isEqualTo(security.path("runAsUser") + ":" + security.path("runAsGroup"));
        assertThat(IMAGE.shipped())
                .anyMatch(line -> line.contains("--uid " + security.path("runAsUser") + " "));
    }

    @Test
    void itsPortIsThePods() {
        assertThat(IMAGE.only("EXPOSE"))
                .isEqualTo(POD.at("/containers/0/ports/0/containerPort").asText());
    }

    @Test
    void itsEnvironmentIsTheManifests() {
        Map<String, String> settings =
                Manifests.settings(Arrays.stream(IMAGE.only("ENV").split("\\s+")));
        assertThat(settings).isNotEmpty();
        assertThat(Manifests.baseSettings()).containsAllEntriesOf(settings);
    }

    @Test
    void itsVolumeIsThePods() {
        JsonNode mount = named(POD.at("/containers/0/volumeMounts"), "catalogue");
        assertThat(IMAGE.only("VOLUME")).isEqualTo(mount.path("mountPath").asText());
    }

    @Test
    void itStartsAndIsAskedByTheLauncher() {
        String launcher = IMAGE.only("WORKDIR") + "/aicortex";
        assertThat(IMAGE.only("ENTRYPOINT")).isEqualTo("[\"%s\"]".formatted(launcher));
        assertThat(IMAGE.only("HEALTHCHECK"))
                .endsWith("CMD [\"%s\", \"health\"]".formatted(launcher));
    }

    /** {@code ./mvnw package -Dimage} makes one without a daemon. */
    @Test
    void theBuildMakesTheSameImage() throws IOException {
        String build = Files.readString(Path.of("pom.xml"));
        assertThat(build)
                .contains("<user>" + IMAGE.only("USER") + "</user>")
                .contains("<port>" + IMAGE.only("EXPOSE") + "</port>")
                .contains("<volume>" + IMAGE.only("VOLUME") + "</volume>")
                .contains("<workingDirectory>" + IMAGE.only("WORKDIR") + "</workingDirectory>")
                .contains("<argument>" + IMAGE.only("WORKDIR") + "/aicortex</argument>");
        Manifests.settings(Arrays.stream(IMAGE.only("ENV").split("\\s+")))
                .forEach((name, value) ->
                        assertThat(build).contains("<%s>%s</%1$s>".formatted(name, value)));
        String version =
                Manifests.documents(BASE.resolve("kustomization.yaml"))
                        .getFirst()
                        .at("/images/0/newTag")
                        .asText();
        assertThat(Files.readString(Path.of("docs/production.md")))
                .contains("-Dimage=aicortex:" + version + " ");
    }

    @Test
    void whatItCopiesIsInTheBuildContext() throws IOException {
        List<String> context;
        try (Stream<String> lines = Files.lines(Path.of(".dockerignore"))) {
            context = lines.filter(l -> l.startsWith("!")).map(l -> l.substring(1)).toList();
        }
        List<String> copied =
                IMAGE.every("COPY").stream()
                        .filter(arguments -> !arguments.startsWith("--from"))
                        .flatMap(arguments -> sources(arguments.split(" ")))
                        .toList();
        assertThat(copied).containsExactlyInAnyOrderElementsOf(context);
        assertThat(copied).allMatch(source -> Files.exists(Path.of(source)));
    }

    /** All but the last, which is the place. */
    private static Stream<String> sources(String... arguments) {
        return Arrays.stream(arguments).limit(arguments.length - 1);
    }
}
