package dev.aicortex.http.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminGuardTest {
    private static final Optional<String> TOKEN = Optional.of("a-token-of-some-length");

    private static boolean allowed(
            String peer, String host, String origin, String authorization, Optional<String> token) {
        InetAddress address = peer == null ? null : InetAddress.ofLiteral(peer);
        return new AdminGuard.Access(address, host, origin, authorization, false).allowed(token);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "127.0.0.1, localhost:11435, -, true",
                "127.8.8.8, 127.0.0.1, -, true",
                "::1, [::1]:11435, -, true",
                "127.0.0.1, LOCALHOST, -, true",
                "127.0.0.1, aicortex.localhost:11435, -, true",
                "127.0.0.1, localhost:11435, http://localhost:11435, true",
                "127.0.0.1, localhost:11435, http://localhost:3000, false",
                "127.0.0.1, localhost:11435, https://evil.example, false",
                "127.0.0.1, localhost:11435, null, false",
                "127.0.0.1, localhost:11435, http://a b, false",
                "127.0.0.1, evil.example, -, false",
                "127.0.0.1, evil.example, http://evil.example, false",
                "127.0.0.1, localhost.evil.example, -, false",
                "127.0.0.1, evil.example:localhost, -, false",
                "127.0.0.1, 127.0.0.1.evil.example, -, false",
                "127.0.0.1, -, -, false",
                "192.168.1.7, localhost:11435, -, false",
                "-, localhost:11435, -, false"
            })
    void withoutATokenOnlyThisMachineNamedAsSuchMayIn(
            String peer, String host, String origin, boolean allowed) {
        assertThat(allowed(peer, host, origin, null, Optional.empty())).isEqualTo(allowed);
        assertThat(allowed(peer, host, origin, "Bearer wrong", TOKEN)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "Bearer a-token-of-some-length, true",
                "bearer   a-token-of-some-length , true",
                "Bearer a-token-of-some-lengt, false",
                "Bearer a-token-of-some-length2, false",
                "Basic a-token-of-some-length, false",
                "a-token-of-some-length, false",
                "Bearer, false",
                "-, false"
            })
    void theBearerOfTheTokenMayInFromAnywhere(String authorization, boolean allowed) {
        assertThat(
                        allowed(
                                "10.0.0.9",
                                "gateway.example",
                                "https://ops.example",
                                authorization,
                                TOKEN))
                .isEqualTo(allowed);
    }

    @Test
    void whatAProxyOnThisMachineHandsOnIsNotLocal() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        assertThat(
                        new AdminGuard.Access(loopback, "127.0.0.1:11435", null, null, true)
                                .allowed(Optional.empty()))
                .isFalse();
    }

    @Test
    void anEmptyTokenOpensNothing() {
        assertThat(allowed("10.0.0.9", "x", null, "Bearer ", Optional.of(""))).isFalse();
        assertThat(allowed("10.0.0.9", "x", null, "Bearer ", Optional.empty())).isFalse();
    }
}
