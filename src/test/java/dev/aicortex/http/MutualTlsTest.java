package dev.aicortex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.testing.Certificate;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that says which certificates of clients are good. */
@QuarkusTest
@TestProfile(MutualTlsTest.WithTrust.class)
@Timeout(60)
class MutualTlsTest {
    private static final String REQUEST =
            "GET /api/version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TestHTTPResource(value = "/", tls = true)
    URI secure;

    public static class WithTrust implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.test-ssl-port", "0",
                    "quarkus.http.ssl.certificate.files", "${test.tls}/gateway.pem",
                    "quarkus.http.ssl.certificate.key-files", "${test.tls}/gateway.key",
                    "quarkus.http.ssl.certificate.trust-store-files", "${test.tls}/gateway.pem",
                    "quarkus.http.ssl.certificate.trust-store-file-type", "PEM");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(TlsFlowTest.Made.class));
        }
    }

    @Test
    void whoShowsOneIsServed() throws IOException, GeneralSecurityException {
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(TlsFlowTest.store(), Certificate.PASSWORD.toCharArray());
        try (SSLSocket socket = TlsFlowTest.connected(secure, own.getKeyManagers())) {
            assertThat(TlsFlowTest.answer(socket, REQUEST)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void nobodyElseIs() {
        assertThatThrownBy(
                        () -> {
                            try (SSLSocket socket =
                                    TlsFlowTest.connected(secure, new KeyManager[0])) {
                                TlsFlowTest.answer(socket, REQUEST);
                            }
                        })
                .isInstanceOf(IOException.class);
    }
}
