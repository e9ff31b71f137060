package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.aicortex.config.Power.Switch;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a machine to wake it or to put it to sleep, on loopback. */
class MachinePowerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir Path dir;

    private static void run(Switch how, Duration limit) {
        MachinePower.run(how, limit).toCompletionStage().toCompletableFuture().join();
    }

    private static void assertFails(Switch how, Duration limit, String words) {
        assertThatThrownBy(() -> run(how, limit))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UnreachableException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aPacketArrivesWhole() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (DatagramSocket socket = new DatagramSocket(0, loopback)) {
            Switch.Packet packet =
                    new Switch.Packet("aabbccddeeff", "127.0.0.1", socket.getLocalPort());
            run(packet, LIMIT);
            socket.setSoTimeout(20_000);
            DatagramPacket got = new DatagramPacket(new byte[200], 200);
            socket.receive(got);
            assertThat(Arrays.copyOf(got.getData(), got.getLength()))
                    .hasSize(102)
                    .isEqualTo(packet.bytes());
        }
    }

    @Test
    void aUrlIsPostedToWithItsCredentials() throws IOException {
        AtomicReference<String> got = new AtomicReference<>();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
                    got.set(
                            "%s %s %s"
                                    .formatted(
                                            exchange.getRequestMethod(),
                                            exchange.getRequestURI(),
                                            authorization));
                    boolean good = exchange.getRequestURI().getPath().equals("/on");
                    exchange.sendResponseHeaders(good ? 204 : 403, -1);
                    exchange.close();
                });
        server.start();
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            run(new Switch.Post(URI.create(base + "/on?a=b"), Optional.of("Basic eA==")), LIMIT);
            assertThat(got).hasValue("POST /on?a=b Basic eA==");
            assertFails(
                    new Switch.Post(URI.create(base + "/no"), Optional.empty()),
                    LIMIT,
                    "its URL answered 403");
        } finally {
            server.stop(0);
        }
    }

    private Switch script(String lines, String... words) throws IOException {
        Path script = dir.resolve("script");
        Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        List<String> all = new ArrayList<>(List.of(script.toString()));
        all.addAll(List.of(words));
        return new Switch.Command(all);
    }

    @Test
    void aCommandRunsWithItsWordsAndNoShell() throws IOException {
        Path file = dir.resolve("said");
        run(script("echo started; printf '%s,' \"$@\" > " + file, "a", "$(b)", ";"), LIMIT);
        assertThat(file).hasContent("a,$(b),;,");
    }

    @Test
    void theExitStatusOfACommandIsTold() throws IOException {
        assertFails(script("echo no such machine; exit 3"), LIMIT, "exit status 3");
    }

    @Test
    void aCommandThatDoesNotEndIsEnded() throws IOException {
        assertFails(script("exec tail -f /dev/null"), Duration.ofMillis(300), "did not end within");
    }

    @Test
    void aCommandThatSaysMuchDoesNotWaitForAReader() throws IOException {
        run(script("head -c 1000000 /dev/zero"), LIMIT);
    }

    @Test
    void aCommandThatIsNotThereIsTold() {
        assertFails(new Switch.Command(List.of(dir + "/none")), LIMIT, "cannot be run");
    }
}
