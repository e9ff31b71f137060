package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses only this machine reaches. */
class ExposureTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "localhost", "::1", "[::1]"})
    void loopbackIsForThisMachine(String host) {
        assertThat(Exposure.loopback(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "203.0.113.9", "no.such.host.invalid"})
    void allElseIsForOthersToo(String host) {
        assertThat(Exposure.loopback(host)).isFalse();
    }
}
