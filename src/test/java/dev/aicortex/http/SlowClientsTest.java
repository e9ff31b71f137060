package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that keep the gateway waiting, and those that it keeps waiting. */
@QuarkusTest
@TestProfile(SlowClientsTest.Impatient.class)
@Timeout(60)
class SlowClientsTest extends GatewayFlow {
    private static final int CONNECTIONS = 40;
    private static final String HEAD = "POST /api/chat HTTP/1.1\r\nHost: localhost\r\n";

    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.client.timeout", "400ms",
                    "cortex.client.idle", "1s",
                    "cortex.client.connections", String.valueOf(CONNECTIONS),
                    "cortex.heartbeat", "off");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "POST /api/ch", HEAD, HEAD + "X-A: b\r\nX-"})
    void aHeadThatDoesNotComeEndsItsConnection(String start) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            assertThat(client.send(start).readWhatComes()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 99\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n"})
    void aBodyThatDoesNotComeIsToldSo(String rest) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            assertThat(client.send(HEAD + rest).readWhatComes())
                    .startsWith("HTTP/1.1 408 ")
                    .contains("request_timeout", "cortex.client.timeout");
        }
    }

    @Test
    void aBodyThatDripsIsToldSo() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(HEAD + "Content-Length: 9999\r\n\r\n{");
            await().pollInterval(Duration.ofMillis(50)).until(() -> drips(client));
            assertThat(client.readWhatComes()).startsWith("HTTP/1.1 408 ");
        }
    }

    /** Whether the gateway has enough of it. */
    private static boolean drips(RawClient client) throws IOException {
        client.ask(" ");
        return client.hasAnswer();
    }

    @Test
    void aConnectionThatIsNotUsedAnyMoreEnds() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readWhatComes()).startsWith("HTTP/1.1 200 ").endsWith("}");
        }
    }

    @Test
    void aClientThatWaitsForItsAnswerIsNotCut() throws IOException {
        servers.faultEverywhere(Fault.silence(0, Duration.ofSeconds(3)));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(MODEL, false));
            assertThat(client.answer().body()).contains("\"done\":true");
        }
    }

    @Test
    void norIsOneThatReadsSlowly() throws IOException {
        servers.faultEverywhere(new Fault.Flood(2_000_000));
        try (RawClient client = RawClient.withoutBuffer(gateway())) {
            client.post("/api/chat", body(MODEL, true), "Connection: close\r\nX-Tiny-Buffer: 1");
            AtomicInteger blocks = new AtomicInteger();
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !client.skip(1 << 14) || blocks.incrementAndGet() < 0);
            assertThat(blocks.get() << 14).isGreaterThan(1_900_000);
        }
    }

    @Test
    void oneThatReadsNothingIsAndItsServerStops() throws IOException {
        servers.faultEverywhere(new Fault.Flood(64_000_000));
        try (RawClient client = RawClient.withoutBuffer(gateway())) {
            client.post("/api/chat", body(MODEL, true)).readUntil("\r\n\r\n");
            assertThat(inFlight()).isEqualTo(1);
            await().until(() -> inFlight() == 0);
        }
    }

    @Test
    void oneAddressHasSoManyConnectionsAndNoMore() throws IOException {
        await().until(() -> open(CONNECTIONS) == CONNECTIONS);
        assertThat(open(CONNECTIONS + 5)).isEqualTo(CONNECTIONS);
        await().until(() -> open(1) == 1); // they are counted no more once they are closed
    }

    /** Of so many connections at once, how many are served. */
    private static int open(int connections) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                clients.add(new RawClient(gateway()));
            }
            int served = 0;
            for (RawClient client : clients) {
                client.ask("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            for (RawClient client : clients) {
                served += client.readWhatComes().startsWith("HTTP/1.1 200 ") ? 1 : 0;
            }
            return served;
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
