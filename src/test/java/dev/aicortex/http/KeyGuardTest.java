package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may come in, without a gateway. */
class KeyGuardTest {
    private static final KeyGuard KEYS = new KeyGuard(Map.of("alice", "sk-1", "bob", "sk-22"));

    @Nested
    class TheKeys {
        @ParameterizedTest
        @CsvSource({"sk-1, alice", "sk-22, bob"})
        void namesTheKey(String secret, String name) {
            assertThat(KEYS.nameOf(List.of(secret))).contains(name);
            assertThat(KEYS.nameOf(List.of("other", secret))).contains(name);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "sk-", "sk-2", "sk-222", "SK-1", "alice"})
        void knowsNoOther(String secret) {
            assertThat(KEYS.nameOf(List.of(secret))).isEmpty();
        }

        @Test
        void showsNoSecret() {
            assertThat(KEYS.toString()).doesNotContain("sk-");
        }
    }

    @Nested
    class Sent {
        @ParameterizedTest
        @ValueSource(strings = {"Bearer sk-1", "bearer  sk-1 ", "BEARER sk-1"})
        void asBearer(String authorization) {
            assertThat(KeyGuard.sent(authorization, null)).containsExactly("sk-1");
        }

        @Test
        void asApiKeyAlsoBesideAnotherHeader() {
            assertThat(KeyGuard.sent(null, "sk-1")).containsExactly("sk-1");
            assertThat(KeyGuard.sent("Bearer x", "sk-1")).containsExactly("x", "sk-1");
        }

        @ParameterizedTest
        @CsvSource({"any:sk-1, sk-1", ":sk-1, sk-1", "a:b:c, b:c"})
        void asThePasswordOfBasicAuthentication(String userInfo, String secret) {
            assertThat(KeyGuard.sent(basic(userInfo), null)).containsExactly(secret);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Bearer", "Bearer ", "sk-1", "Basic !!", "Digest sk-1", ""})
        void notAtAll(String authorization) {
            assertThat(KeyGuard.sent(authorization, " ")).isEmpty();
            assertThat(KeyGuard.sent(basic("no colon"), null)).isEmpty();
        }

        private static String basic(String userInfo) {
            byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(bytes);
        }
    }

    @Nested
    class Doors {
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
            "GET, /nope"
        })
        void areClosedElsewhere(String method, String path) {
            assertThat(KeyGuard.open(HttpMethod.valueOf(method), path)).isFalse();
        }
    }
}
