package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures that the tests of whole servers do not meet. */
class FailureTextTest {
    private static Throwable handshake(Throwable cause) {
        return new SSLHandshakeException("PKIX", new CertPathValidatorException("no", cause));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        handshake(new CertificateExpiredException()),
                        "its certificate has expired"),
                Arguments.of(
                        handshake(new CertificateNotYetValidException()),
                        "its certificate is not valid yet"),
                Arguments.of(
                        handshake(new IllegalStateException()),
                        "its certificate is not trusted: set cortex.server.<name>.ca-file"),
                Arguments.of(
                        new SSLHandshakeException("odd\nwords"), "no TLS connection: odd words"),
                Arguments.of(
                        new RuntimeException(new IOException("Connection was closed")),
                        "the connection was closed"),
                Arguments.of(new IOException("Broken pipe"), "the connection was reset"),
                Arguments.of(new IOException("other"), "IOException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachHasItsWords(Throwable failure, String words) {
        assertThat(FailureText.of(failure)).isEqualTo(words);
    }
}
