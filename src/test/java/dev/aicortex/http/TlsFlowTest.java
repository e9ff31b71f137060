package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.Certificate;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway with a certificate of its own: what guards a connection guards it there too. */
@QuarkusTest
@TestProfile(TlsFlowTest.WithCertificate.class)
@Timeout(60)
class TlsFlowTest extends GatewayFlow {
    @TestHTTPResource(value = "/", tls = true)
    URI secure;

    public static class WithCertificate implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.test-ssl-port", "0",
                    "quarkus.tls.key-store.pem.0.cert", "${test.tls}/gateway.pem",
                    "quarkus.tls.key-store.pem.0.key", "${test.tls}/gateway.key",
                    "cortex.client.timeout", "2s");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Made.class));
        }
    }

    /** The certificate. */
    public static class Made implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                Path folder = Files.createDirectories(Path.of("target", "tls"));
                Files.deleteIfExists(folder.resolve("gateway.p12"));
                Certificate.make(folder, "gateway", "dns:localhost,ip:127.0.0.1");
                return Map.of("test.tls", folder.toString());
            } catch (IOException | GeneralSecurityException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void stop() {}
    }

    private SSLSocket connected() throws IOException, GeneralSecurityException {
        return connected(secure, new KeyManager[0]);
    }

    /**
     * A connection to the gateway.
     *
     * @param own what the client shows of itself
     */
    static SSLSocket connected(URI secure, KeyManager[] own)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = store();
        trusted.setCertificateEntry("gateway", trusted.getCertificate("it"));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, trust.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), secure.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    static KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream("target/tls/gateway.p12")) {
            store.load(in, Certificate.PASSWORD.toCharArray());
        }
        return store;
    }

    static String answer(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void requestsAreServedOverHttp11() throws IOException, GeneralSecurityException {
        String body = body(MODEL, true);
        try (SSLSocket socket = connected()) {
            assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
            assertThat(
                            answer(
                                    socket,
                                    "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                                            .formatted(body.length(), body)))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"done\":true");
        }
    }

    @Test
    void thePagesCookieNeverLeavesWithoutTls() throws IOException, GeneralSecurityException {
        String signOut =
                "DELETE /ui/session HTTP/1.1\r\nHost: localhost\r\nOrigin: %s\r\nConnection: close\r\n\r\n";
        try (SSLSocket socket = connected()) {
            assertThat(answer(socket, signOut.formatted("https://localhost")))
                    .startsWith("HTTP/1.1 200")
                    .contains("SameSite=Strict; Secure\r\n");
        }
        try (SSLSocket socket = connected()) {
            assertThat(answer(socket, signOut.formatted("http://localhost")))
                    .startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void whatIsNoRequestIsRefusedInWords() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connected()) {
            assertThat(answer(socket, "GET /api/tags HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("malformed_request");
        }
    }

    @Test
    void whoSaysNothingIsLeft() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connected()) {
            assertThat(answer(socket, "")).isEmpty();
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), secure.getPort())) {
            socket.setSoTimeout(20_000);
            assertThat(answer(socket, "")).isEmpty();
        }
    }
}
