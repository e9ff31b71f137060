package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CountersTest {
    private final SimulatedServer server = Chats.server();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void countsAnAnswerThatCameToItsEnd() throws IOException {
        RawHttp.post(server.url(), Chats.V1, Chats.streamed());
        RawHttp.post(server.url(), Chats.V1, Chats.whole());
        assertThat(server.counters().completed()).isEqualTo(2);
        assertThat(server.counters().inFlight()).isZero();
    }

    @Test
    void doesNotCountListsNorErrors() throws IOException {
        RawHttp.get(server.url(), "/api/tags");
        RawHttp.post(server.url(), Chats.V1, "{\"model\": \"nope\", \"messages\": [{}]}");
        assertThat(server.counters().completed()).isZero();
    }

    @Test
    void countsARequestWhoseClientLeft() throws IOException {
        server.fault(new Fault.HangMidStream(2));
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
            http.head();
            assertThat(server.counters().inFlight()).isEqualTo(1);
        }
        Chats.eventually(() -> server.counters().inFlight() == 0);
        assertThat(server.counters().cancelled()).isEqualTo(1);
        assertThat(server.received().getLast().cancelled()).isTrue();
    }

    @Test
    void countsARequestWhoseClientReset() throws IOException {
        server.fault(new Fault.HangMidStream(2));
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
            http.head();
            http.reset();
        }
        Chats.eventually(() -> server.counters().inFlight() == 0);
        assertThat(server.counters().cancelled()).isEqualTo(1);
    }

    @Test
    void countsARequestWhoseClientLeftATimedStream() throws IOException {
        try (SimulatedServer slow =
                Chats.server(
                        Settings.defaults().withTokensPerSecond(20).withTokensPerAnswer(1_000))) {
            try (RawHttp http = Chats.open(slow, Chats.NATIVE, Chats.streamed())) {
                http.head();
                assertThat(http.chunk()).contains("\"done\":false");
            }
            Chats.eventually(() -> slow.counters().cancelled() == 1);
            assertThat(slow.counters().inFlight()).isZero();
        }
    }

    @Test
    void countsOpenConnections() throws IOException {
        try (RawHttp one = new RawHttp(server.url());
                RawHttp two = new RawHttp(server.url())) {
            Chats.eventually(() -> server.counters().connections() == 2);
            assertThat(one).isNotSameAs(two);
        }
        Chats.eventually(() -> server.counters().connections() == 0);
    }

    @Test
    void remembersWhatItReceived() throws IOException {
        RawHttp.once(
                server.url(), "POST", "/api/chat?a=b", Map.of("X-Mark", "seven"), Chats.whole());
        ReceivedRequest received = server.received().getLast();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.uri()).isEqualTo("/api/chat?a=b");
        assertThat(received.headers()).containsEntry("x-mark", "seven");
        assertThat(received.text()).isEqualTo(Chats.whole());
        assertThat(received.length()).isEqualTo(Chats.whole().length());
        assertThat(received.sha256()).isEqualTo(Sha256.of(Chats.whole()));
        assertThat(received.cancelled()).isFalse();
    }

    @Test
    void keepsTheDigestOfABodyThatIsTooLongToKeep() throws IOException {
        String body = Chats.asked(false, "x".repeat(2_000_000));
        RawHttp.post(server.url(), Chats.V1, body);
        ReceivedRequest received = server.received().getLast();
        assertThat(received.body().length()).isZero();
        assertThat(received.length()).isEqualTo(body.length());
        assertThat(received.sha256()).isEqualTo(Sha256.of(body));
    }

    @Test
    void remembersOnlyTheLastThousandRequests() throws IOException {
        try (RawHttp http = new RawHttp(server.url())) {
            for (int i = 0; i < 1_010; i++) {
                http.send("GET", "/?" + i, Map.of(), "");
                http.answer("GET");
            }
        }
        assertThat(server.received()).hasSize(1_000);
        assertThat(server.received().getFirst().uri()).isEqualTo("/?10");
    }
}
