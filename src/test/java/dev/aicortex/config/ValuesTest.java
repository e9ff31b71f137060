package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.Map;
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
}
