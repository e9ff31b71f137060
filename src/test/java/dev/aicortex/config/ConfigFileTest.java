package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.ConfigFile.Setting;
import dev.aicortex.model.ValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final String WHOLE =
            """
            servers: [http://a:1, "http://b,c:2"]
            server:
              gpu-a:
                url: http://gpu-a:11434
                weight: 2.5
                labels: gpu=eu,tier=fast
            aliases:
              gpt-4o-mini: [llama3.2:3b, qwen3:8b]
              "gpt.5": qwen3:8b
            health:
              ttl: 30s
            heartbeat: off
            prompt:
              strip: []
            keys:
              alice: ${SECRET}
            queue:
            """;

    private static CortexConfig config(String yaml, ConfigSource... others) {
        List<String> names = new ArrayList<>();
        for (ConfigSource other : others) {
            names.addAll(other.getPropertyNames());
        }
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(CortexConfig.class)
                .withSources(others)
                .withSources(new FileSource(ConfigFile.of("a.yaml", yaml), names.iterator()))
                .build()
                .getConfigMapping(CortexConfig.class);
    }

    private static EnvConfigSource env(String name, String value) {
        return new EnvConfigSource(Map.of(name, value), 300);
    }

    @Test
    void theKeysOfAFileAreTheOnesOfEverySource() {
        CortexConfig config = config(WHOLE, env("SECRET", "sk-1"));
        assertThat(config.servers().orElseThrow()).containsExactly("http://a:1", "http://b,c:2");
        CortexConfig.Server gpu = config.server().get("gpu-a");
        assertThat(gpu.url()).hasValue("http://gpu-a:11434");
        assertThat(gpu.weight()).hasValue(2.5);
        assertThat(gpu.labels().orElseThrow()).containsExactly("gpu=eu", "tier=fast");
        assertThat(config.aliases())
                .containsEntry("gpt-4o-mini", List.of("llama3.2:3b", "qwen3:8b"))
                .containsEntry("gpt.5", List.of("qwen3:8b"));
        assertThat(config.health().ttl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.heartbeat()).isEqualTo("off");
        assertThat(config.prompt().strip()).isEmpty();
        assertThat(config.keys()).containsExactly(Map.entry("alice", "sk-1"));
    }

    @Test
    void theyMayStandUnderOneWord() {
        assertThat(config("cortex:\n  warm: {\"qwen3:8b\": 2}\n").warm())
                .containsExactly(Map.entry("qwen3:8b", 2));
    }

    @Test
    void theEnvironmentWins() {
        assertThat(config(WHOLE, env("CORTEX_HEALTH_TTL", "9s"), env("SECRET", "x")).health().ttl())
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(config("server: {a: {weight: 2}}", env("CORTEX_SERVER_A_WEIGHT", "3")).server())
                .extractingByKey("a")
                .satisfies(a -> assertThat(a.weight()).hasValue(3));
        assertThat(config("servers: [http://a:1]", env("CORTEX_SERVERS", "http://b:1,http://c:1")))
                .satisfies(all ->
                        assertThat(all.servers().orElseThrow())
                                .containsExactly("http://b:1", "http://c:1"));
    }

    @ParameterizedTest
    @CsvSource({"cortex.warm.\"m-1\"", "cortex.warm.m-1"})
    void anEntryIsTheSameHoweverAnotherSourceSpellsItsName(String spelt) {
        var flag = new PropertiesConfigSource(Map.of(spelt, "5"), "flags", 400);
        assertThat(config("warm: {m-1: 2}", flag).warm()).containsExactly(Map.entry("m-1", 5));
    }

    @Nested
    class Mistakes {
        private static List<String> in(String yaml) {
            return ConfigFile.of("a.yaml", yaml).problems();
        }

        @Test
        void allAreToldInOneGoEachWithItsPlace() {
            String yaml =
                    """
                    server:
                      gpu-a:
                        wieght: 2
                        priority: high
                    health:
                      ttl: soon
                    helth: {}
                    max-body: 3X
                    resume: perhaps
                    routing:
                      policy: least-bussy
                    aliases:
                      a: x
                      a: y
                    catalogue: here
                    heartbeat:
                    warm: {m: [1]}
                    """;
            assertThat(in(yaml))
                    .containsExactlyInAnyOrder(
                            "a.yaml:3:5: cortex.server.gpu-a.wieght: is no key; did you mean weight?",
                            "a.yaml:4:15: cortex.server.gpu-a.priority: 'high' is no whole number; write one, as in 8",
                            "a.yaml:6:8: cortex.health.ttl: 'soon' is no duration; write one, as in 500ms, 30s, 5m or 1h",
                            "a.yaml:7:1: cortex.helth: is no key; did you mean health?",
                            "a.yaml:8:11: cortex.max-body: '3X' is no size; write one, as in 64K, 100M or 1G",
                            "a.yaml:9:9: cortex.resume: 'perhaps' is neither true nor false; write one of the two",
                            "a.yaml:11:11: cortex.routing.policy: 'least-bussy' is no value for it; write one of expected-first-token, least-busy, round-robin, priority, weighted",
                            "a.yaml:14:3: cortex.aliases.a: is there twice, first in line 13; leave one out",
                            "a.yaml:15:12: cortex.catalogue: it has keys of its own; write them below it, indented",
                            "a.yaml:16:11: cortex.heartbeat: has no value; write one, or leave the key out",
                            "a.yaml:17:11: cortex.warm.m: it takes a value, not keys or a list; write the value alone");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "'a: [1' | a.yaml:1:6: no YAML: ",
                    "'servers: a: b' | a.yaml:1:11: no YAML: mapping values are not allowed here",
                    "'queue: &q {max: 1}\nload: *q' | a.yaml:",
                    "'--- {}\n--- {}' | a.yaml:2:5: the file has more than one document; leave one",
                    "'just words' | a.yaml:1:1: cortex: it has keys of its own",
                    "'config: b.yaml' | a.yaml:1:1: cortex.config: is no key",
                })
        void whatIsNoFileOfKeysIsToldToo(String yaml, String problem) {
            assertThat(in(yaml)).singleElement().asString().startsWith(problem);
        }

        @Test
        void aValueThatIsPutInLaterIsNotJudged() {
            assertThat(in("queue: {max: \"${MOST:5}\"}")).isEmpty();
        }

        @Test
        void aProblemGetsThePlaceOfItsKey() {
            ConfigFile file =
                    ConfigFile.of(
                            "a.yaml",
                            """
                            context:
                              models: {"qwen3:8b": 0}
                            server:
                              a: {bearer: x, bearer-file: y}
                            """);
            assertThat(file.located("cortex.context.models.qwen3:8b: 0 is out of range"))
                    .startsWith("a.yaml:2:24: cortex.context");
            assertThat(file.located("cortex.server.a: no server of this fleet"))
                    .startsWith("a.yaml:4:15: ");
            assertThat(file.located("cortex.server.a.bearer and cortex.server.a.bearer-file"))
                    .startsWith("a.yaml:4:15: ");
            assertThat(file.located("cortex.health.ttl: x")).isEqualTo("cortex.health.ttl: x");
        }
    }

    @Test
    void quarkusOwnKeysStandUnderTheirs() {
        ConfigFile file = ConfigFile.of("a.yaml", "quarkus: {http: {port: 8080}}");
        assertThat(file.problems()).isEmpty();
        assertThat(file.settings())
                .containsExactly(new Setting("quarkus.http.port", "8080", 1, 24));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ConfigFile.read(Path.of("/nowhere/a.yaml")))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "cortex.config: '/nowhere/a.yaml' cannot be read; name a YAML file in UTF-8");
    }
}
