package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConventionsTest {
    @Nested
    class WrongUsage {
        @ParameterizedTest
        @ValueSource(strings = {"chat", "models", "servers", "health"})
        void isOneLineWithAHint(String command) {
            Run run = Run.of(command, "--colour");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.error())
                    .contains("'--colour'")
                    .endsWith("see 'aicortex " + command + " --help'");
        }

        @Test
        void namesTheNearestCommand() {
            Run run = Run.of("modles");

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.error())
                    .contains("'modles'")
                    .contains("did you mean")
                    .contains("models");
        }

        @Test
        void namesTheFormatsThereAre() {
            assertThat(Run.of("models", "--output", "xml").error())
                    .containsIgnoringCase("[table, json]");
            assertThat(Run.of("chat", "--output", "xml", "Hi").error())
                    .containsIgnoringCase("[text, json]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "localhost:11435", "ftp://here", "http://", "http://a b"})
        void aUrlHasASchemeAndAHost(String url) {
            Run run = Run.of("models", "--url", url);

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.error()).contains("--url " + url).contains("write http://host:port");
        }

        @Test
        void doesNotShowAPassword() {
            assertThat(Run.of("models", "--url", "ftp://me:secret@here").err())
                    .doesNotContain("secret");
        }
    }

    @Nested
    class NothingThere {
        @Test
        void refusedConnectionTellsTheRemedy() throws IOException {
            String url = "http://127.0.0.1:" + closedPort();

            Run run = Run.of("models", "--url", url + "/");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .isEqualTo(
                            "nothing answers on "
                                    + url
                                    + " (connection refused); start it with 'aicortex serve' or"
                                    + " name it with --url");
        }

        @Test
        void unknownHostIsNamed() {
            Run run = Run.of("health", "--url", "http://nowhere.invalid:11435");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error())
                    .startsWith("nothing answers on http://nowhere.invalid:11435 (unknown host)");
        }

        private static int closedPort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "models", "model", "families", "search", "servers", "health"})
    void whatAsksAGatewayTakesItsUrl(String command) {
        Run run = Run.of(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("--url", "--output", "CORTEX_URL", "localhost:11435");
    }

    @Test
    void theFlagWinsOverTheEnvironmentAndThatOverTheDefault() {
        assertThat(GatewayCommand.address("http://a:1", "http://b:2")).hasToString("http://a:1");
        assertThat(GatewayCommand.address(null, "http://b:2")).hasToString("http://b:2");
        assertThat(GatewayCommand.address(null, " ")).hasToString("http://localhost:11435");
        assertThat(GatewayCommand.address(null, null)).hasToString("http://localhost:11435");
    }
}
