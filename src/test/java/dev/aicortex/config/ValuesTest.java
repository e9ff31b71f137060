package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    @Test
    void theDefaultsMakeSense() {
        assertThatCode(() -> Values.check(TestConfig.of(Map.of()))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "cortex.idle-timeout, 0s",
        "cortex.health.ttl, 0ms",
        "cortex.breaker.window, 0",
        "cortex.breaker.failure-ratio, 0",
        "cortex.breaker.failure-ratio, 1.5",
        "cortex.max-body, 0",
    })
    void aValueOutOfRangeIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> Values.check(TestConfig.of(Map.of(key, value))))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining("out of range");
    }
}
