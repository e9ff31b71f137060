package dev.aicortex.gateway.tracing;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingHeadersTest {
    private static final String KEY = "otel.exporter.otlp.headers";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer s3cret",
                "Authorization: Basic czNjcmV0=s3cret",
                "s3cret",
                "=s3cret",
                "a=1,s3cret",
                "a=s3cret%zz",
                "a=s3cret%0A"
            })
    void oneThatIsWrongIsNotRepeated(String headers) {
        assertThatThrownBy(() -> Tracing.checkHeaders(KEY, headers))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining("name=value")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization=Bearer%20s3cret", "a = b=c , x-b=,", "a=b c"})
    void thoseThatAreRightPass(String headers) {
        assertThatNoException().isThrownBy(() -> Tracing.checkHeaders(KEY, headers));
    }
}
