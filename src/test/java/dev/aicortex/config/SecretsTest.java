package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static void check(Map<String, String> keys) {
        Values.check(TestConfig.of(keys));
    }

    @Test
    void distinctSecretsAreFine() {
        assertThatCode(() -> check(Map.of("cortex.keys.alice", "sk-1", "cortex.keys.bob", "sk-2")))
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
