package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a secret is made, and where a request carries it. */
class SecretsTest {
    @Test
    void aNewOneHas256RandomBitsBehindAPrefix() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            made.add(Secrets.made());
        }
        assertThat(made).hasSize(1_000).allMatch(secret -> secret.matches("ck-[\\w-]{43}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer sk-1", "bearer  sk-1 ", "BEARER sk-1"})
    void isABearer(String authorization) {
        assertThat(Secrets.sent(authorization, null)).containsExactly("sk-1");
    }

    @Test
    void isAnApiKeyAlsoBesideAnotherHeader() {
        assertThat(Secrets.sent(null, "sk-1")).containsExactly("sk-1");
        assertThat(Secrets.sent("Bearer x", "sk-1")).containsExactly("x", "sk-1");
        assertThat(Secrets.sent("Bearer sk-1", "sk-1")).containsExactly("sk-1");
    }

    @ParameterizedTest
    @CsvSource({"any:sk-1, sk-1", ":sk-1, sk-1", "a:b:c, b:c"})
    void isThePasswordOfBasicAuthentication(String userInfo, String secret) {
        assertThat(Secrets.sent(basic(userInfo), null)).containsExactly(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "sk-1", "Basic !!", "Digest sk-1", ""})
    void isNotThereAtAll(String authorization) {
        assertThat(Secrets.sent(authorization, " ")).isEmpty();
        assertThat(Secrets.sent(basic("no colon"), null)).isEmpty();
    }

    @Test
    void standsInTheConfigurationAsADigestToo() {
        assertThat(Secrets.digest("sha256:" + Digest.of("sk-1").hex()))
                .isEqualTo(Digest.of("sk-1"))
                .isEqualTo(Secrets.digest("sk-1"))
                .isNotEqualTo(Digest.of("sk-2"));
    }

    private static String basic(String userInfo) {
        byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }
}
