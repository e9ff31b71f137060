package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @Test
    void theDefaultsMakeSense() {
        assertThatCode(() -> Values.check(TestConfig.of(Map.of()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "cortex.look-after, 0s",
        "cortex.health.ttl, 0ms",
        "cortex.breaker.window, 0",
        "cortex.breaker.failure-ratio, 0",
        "cortex.breaker.failure-ratio, 1.5",
        "cortex.max-body, 0",
        "cortex.captures, -1",
        "cortex.captures, 1001",
        "cortex.discovery.kubernetes.port, 0",
        "cortex.discovery.kubernetes.port, 65536",
        "cortex.discovery.kubernetes.port, 99999999999",
    })
    void aValueOutOfRangeIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> Values.check(TestConfig.of(Map.of(key, value))))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining("out of range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "https://a.example/", "https://a.example/app", "all"})
    void whatIsNoOriginIsRefused(String origin) {
        Map<String, String> keys = Map.of("cortex.cors.origins", "https://*.example," + origin);
        assertThatThrownBy(() -> Values.check(TestConfig.of(keys)))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith(
                        "cortex.cors.origins: '%s' is no origin; write https://host", origin);
    }

    @Test
    void originsMayHaveWildcards() {
        String origins = "*,none,null,https://*.example,http://10.0.0.*:3000,app://*,*://a";
        assertThatCode(() -> Values.check(TestConfig.of(Map.of("cortex.cors.origins", origins))))
                .doesNotThrowAnyException();
    }

    @Nested
    class SecretsOfClients {
        private void check(Map<String, String> keys) {
            Values.check(TestConfig.of(keys));
        }

        @Test
        void distinctSecretsAreFine() {
            assertThatCode(() ->
                            check(Map.of("cortex.keys.alice", "sk-1", "cortex.keys.bob", "sk-2")))
                    .doesNotThrowAnyException();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  ", "\t"})
        void aBlankSecretStopsTheStart(String secret) {
            assertThatThrownBy(() -> check(Map.of("cortex.keys.alice", secret)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessage("cortex.keys.alice is blank; give it a secret, or remove it");
        }

        @Test
        void oneSecretForTwoNamesStopsTheStartAndIsNotShown() {
            Map<String, String> keys =
                    Map.of("cortex.keys.zoe", "sk-same", "cortex.keys.alice", "sk-same");
            assertThatThrownBy(() -> check(keys))
                    .hasMessage(
                            "cortex.keys.alice and cortex.keys.zoe have the same secret; give each its own");
        }

        @ParameterizedTest
        @ValueSource(strings = {"schlüssel", " sk-1", "sk 1", "sk-1\n"})
        void aSecretThatClientsWouldSendDifferentlyIsRefusedAndNotShown(String secret) {
            assertThatThrownBy(() -> check(Map.of("cortex.keys.alice", secret)))
                    .hasMessageStartingWith("cortex.keys.alice has a character")
                    .hasMessageNotContaining(secret);
        }

        @ParameterizedTest
        @CsvSource({
            "CORTEX_KEYS_ALICE, alice",
            "CORTEX_KEYS_TEAM_A, team.a",
            "CORTEX_KEYS__TEAM_A_, team.a",
        })
        void theEnvironmentNamesKeysToo(String variable, String name) {
            CortexConfig config =
                    new SmallRyeConfigBuilder()
                            .addDiscoveredConverters()
                            .withMapping(CortexConfig.class)
                            .withSources(new EnvConfigSource(Map.of(variable, "sk-1"), 300))
                            .build()
                            .getConfigMapping(CortexConfig.class);
            assertThat(config.keys()).containsExactlyEntriesOf(Map.of(name, "sk-1"));
        }
    }
}
