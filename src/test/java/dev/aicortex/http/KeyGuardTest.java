package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a key is asked for. */
class KeyGuardTest {
    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "HEAD, /",
        "GET, /api/version",
        "HEAD, /api/version",
        "GET, /health",
        "GET, /config",
        "GET, /q/health/ready",
        "GET, /q",
        "GET, /ui",
        "GET, /ui/index.html",
        "POST, /ui/session",
        "POST, /admin/refresh"
    })
    void areOpenForHealthChecksAndOperators(String method, String path) {
        assertThat(KeyGuard.open(HttpMethod.valueOf(method), path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /",
        "POST, /api/version",
        "GET, /v1/models",
        "GET, /models",
        "GET, /api/tags",
        "GET, /catalogue/models",
        "POST, /v1/chat/completions",
        "OPTIONS, /api/chat",
        "GET, /quiet",
        "GET, /administration",
        "GET, /uid",
        "GET, /nope"
    })
    void areClosedElsewhere(String method, String path) {
        assertThat(KeyGuard.open(HttpMethod.valueOf(method), path)).isFalse();
    }
}
