package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTest {
    @ParameterizedTest
    @CsvSource({
        "cortex.admin-token, abc, ***",
        "cortex.keys.alice, abc, ***",
        "cortex.tls.key-password, abc, ***",
        "cortex.servers, 'http://u:p@a:1,https://t@b:2', 'http://***@a:1,https://***@b:2'",
        "cortex.routing.allow.keys.alice, gpu=eu, gpu=eu",
        "cortex.max-body, 100M, 100M",
        "cortex.health.ttl, 60s, 60s",
    })
    void secretsAreMasked(String key, String value, String shown) {
        assertThat(Shown.masked(key, value)).isEqualTo(shown);
    }
}
