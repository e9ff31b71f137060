package dev.aicortex.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers whose address no {@code java.net.URI} can spell. */
class PooledControlTest {
    private static final String NO_HOSTS = "vertx.disableDnsResolver";

    private final Vertx vertx = withHosts("127.0.0.1 ollama_1");
    private final List<String> hosts = new CopyOnWriteArrayList<>();
    private final CortexConfig config = TestConfig.of(Map.of("cortex.control.max-answer", "1K"));
    private final ControlApi control =
            new ControlApi(
                    new PooledControl(
                            new OllamaConnections(vertx, config, new ServerAccess(config)), config),
                    config);

    /** Other tests in this process have Vert.x leave names to the machine. */
    private static Vertx withHosts(String lines) {
        String before = System.setProperty(NO_HOSTS, "false");
        try {
            return Vertx.vertx(
                    new VertxOptions()
                            .setAddressResolverOptions(
                                    new AddressResolverOptions()
                                            .setHostsValue(Buffer.buffer(lines))));
        } finally {
            System.setProperty(NO_HOSTS, before == null ? "false" : before);
        }
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    private int listen(String address, String answer) {
        return vertx.createHttpServer()
                .requestHandler(request -> answer(request, answer))
                .listen(0, address)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private void answer(HttpServerRequest request, String answer) {
        hosts.add(String.valueOf(request.getHeader("Host")));
        request.response().setChunked(true).end(answer);
    }

    @Test
    void aNameMayHaveAnUnderscore() {
        int port = listen("127.0.0.1", "{\"models\":[{\"name\":\"a:1b\"}]}");
        ServerUrl server = ServerUrl.of("http://ollama_1:" + port);
        assertThat(control.tags(server).tags()).hasSize(1);
        assertThat(hosts).containsExactly("ollama_1:" + port);
    }

    @Test
    void anAddressMayHaveAZoneThatTheServerIsNotTold() throws IOException {
        assumeTrue(InetAddress.getByName("::1").isReachable(1_000), "no IPv6 here");
        int port = listen("::1", "{\"models\":[]}");
        ServerUrl server = ServerUrl.of("http://[::1%25lo]:" + port);
        assertThat(control.tags(server).tags()).isEmpty();
        assertThat(hosts).containsExactly("[::1]:" + port);
    }

    @Test
    void whatIsNotThereIsToldInWords() {
        assertThatThrownBy(() -> control.tags(ServerUrl.of("http://no_such_host:1")))
                .isInstanceOf(UnreachableException.class)
                .hasMessageStartingWith("unknown host");
        assertThatThrownBy(() -> control.tags(ServerUrl.of("http://[fe80::1%25nowhere]:1")))
                .isInstanceOf(UnreachableException.class);
    }

    @Test
    void anAnswerIsBoundedWhileItIsRead() {
        int port = listen("127.0.0.1", "{\"models\":[" + " ".repeat(2_000) + "]}");
        assertThatThrownBy(() -> control.tags(ServerUrl.of("http://ollama_1:" + port)))
                .hasMessage("its answer is longer than 1024 bytes (cortex.control.max-answer)");
    }
}
