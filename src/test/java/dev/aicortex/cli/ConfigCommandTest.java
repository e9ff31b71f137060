package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConfigCommandTest {
    @TempDir private Path temp;

    private Path file(String yaml) throws IOException {
        return Files.writeString(temp.resolve("a.yaml"), yaml);
    }

    @Test
    void checkTellsAllThatIsWrongWithItsPlace() throws IOException {
        Path file =
                file(
                        """
                        server:
                          gpu-a:
                            url: gpu-a:11434
                            wieght: 2
                        max-attempts: 0
                        breaker: {window: none}
                        keys: {a: "", b: " "}
                        """);

        Run run = Run.of("config", "check", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.lines())
                .containsExactlyInAnyOrder(
                        file + ":4:5: cortex.server.gpu-a.wieght: is no key; did you mean weight?",
                        file
                                + ":6:19: cortex.breaker.window: 'none' is no whole number; write one, as in 8",
                        file
                                + ":3:10: cortex.server.gpu-a.url: 'gpu-a:11434' is not a server's URL; write http://gpu-a:11434 or https://gpu-a:11434",
                        file
                                + ":5:15: cortex.max-attempts: 0 is out of range; set it to at least 1",
                        file + ":7:11: cortex.keys.a is blank; give it a secret, or remove it",
                        file + ":7:18: cortex.keys.b is blank; give it a secret, or remove it");
    }

    @Test
    void checkLooksAtTheWholeToo() throws IOException {
        Path file =
                file(
                        """
                        servers: [http://a:1]
                        server:
                          b: {weight: 2}
                        keys: {alice: sk-a}
                        routing: {allow: {keys: {alice: gpu=eu}}}
                        """);

        assertThat(Run.of("config", "check", file.toString()).lines())
                .anySatisfy(line ->
                        assertThat(line).startsWith(file + ":3:15: cortex.server.b: no server of"))
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith(file + ":5:33: cortex.routing.allow.keys.alice")
                                .contains("is a label of no server"));
    }

    @Test
    void checkIsContentWithAGoodFile() throws IOException {
        Path file = file("server: {a: {url: \"http://a:1\"}}\n");

        Run run = Run.of("config", "check", file.toString());

        assertThat(run.status()).isZero();
        assertThat(run.lines()).containsExactly(file + ": nothing is wrong");
    }

    @Test
    void showTellsWhereEachValueComesFrom() throws IOException {
        Path file = file("total-timeout: 9m\nkeys:\n  carla: sk-secret\n");

        Run run = Run.of("config", "show", "--config", file.toString(), "--output", "json");

        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "{\"key\":\"cortex.total-timeout\",\"value\":\"9m\",\"source\":\"%s:1\"}"
                                .formatted(file))
                .contains(
                        "\"cortex.keys.carla\",\"value\":\"***\",\"source\":\"%s:3\""
                                .formatted(file))
                .contains("\"cortex.health.ttl\",\"value\":\"60s\",\"source\":\"default\"")
                .doesNotContain("sk-secret");
        assertThat(Run.of("config", "show", "--config", file.toString(), "--set").out())
                .contains("cortex.total-timeout")
                .doesNotContain("cortex.health.ttl");
    }

    @Test
    void aWrongFileIsOneClearLine() throws IOException {
        Path file = file("helth: {ttl: 3s}\n");

        Run run = Run.of("config", "show", "--config", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error())
                .isEqualTo(file + ":1:1: cortex.helth: is no key; did you mean health?");
        assertThat(Run.of("config", "show", "--config", temp + "/none").error())
                .isEqualTo(
                        "cortex.config: '%s/none' cannot be read; name a YAML file in UTF-8"
                                .formatted(temp));
    }

    @Test
    void schemaIsThePublishedOne() throws IOException {
        assertThat(Run.of("config", "schema").out())
                .isEqualTo(Files.readString(Path.of("docs/aicortex.schema.json")));
    }
}
