package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator's mistake is found at the start. */
class AllowTest {
    private static final String LABELS = "cortex.server.\"http://gpu-1:11434\".labels";

    private static void check(String... more) {
        Map<String, String> keys = new HashMap<>();
        keys.put("cortex.keys.alice", "sk-alice");
        keys.put("cortex.aliases.small", "llama3.2:3b");
        keys.put(LABELS, "gpu=eu,tier=fast");
        keys.put("cortex.server.\"http://GPU-2:11434/\".labels", "gpu=us,tier=slow");
        for (int i = 0; i < more.length; i += 2) {
            keys.put(more[i], more[i + 1]);
        }
        CortexConfig config = TestConfig.of(keys);
        Values.check(config);
        Allow.check(
                config,
                List.of(ServerUrl.of("http://gpu-1:11434"), ServerUrl.of("http://GPU-2:11434")));
    }

    @Test
    void whatFitsIsTaken() {
        assertThatCode(() ->
                        check(
                                "cortex.routing.allow.keys.alice",
                                "gpu=eu, tier=fast",
                                "cortex.routing.allow.keys.of-the-database",
                                "gpu=us",
                                "cortex.routing.allow.models.\"llama3.2:3b\"",
                                "tier=slow"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "allow.keys.alice | gpu=ue | is a label of no server; did you mean gpu=eu",
                "allow.keys.alice | gpu=eu,tier=slow | are labels that no server has together",
                "allow.models.small | gpu=eu | is an alias; make a rule for each model",
                "allow.models.m | disk=big | is a label of no server; take one that cortex.server.<name>.labels has",
            })
    void whatCannotBeMeantStopsTheStartWithOneClearError(String key, String value, String error) {
        assertThatThrownBy(() -> check("cortex.routing." + key, value))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.routing." + key.replace("\"", "") + ": '")
                .hasMessageContaining(error);
    }
}
