package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that fall silent and go on, and a server that is stopped as a whole. */
class SilenceTest {
    private final SimulatedServer server = Chats.server();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void aStreamIsSilentAndGoesOnWhileOthersAreAnswered(String path) throws IOException {
        server.fault(Fault.silence(3, over));
        try (RawHttp http = Chats.open(server, path, Chats.streamed())) {
            http.head();
            for (int i = 0; i < 3; i++) {
                assertThat(http.chunk()).isNotEmpty();
            }
            assertThat(RawHttp.get(server.url(), "/api/ps").body()).contains("gemma3:270m");
            assertThat(RawHttp.get(server.url(), "/api/version").status()).isEqualTo(200);
            assertThat(http.in().available()).isZero();
            over.complete(null);
            assertThat(rest(http)).containsAnyOf("[DONE]", "\"done\":true", "message_stop");
        }
        assertThat(server.counters().completed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void anAnswerThatIsNotStreamedIsSilentBeforeAllOfIt(String path) throws IOException {
        server.fault(Fault.silence(1, over));
        try (RawHttp http = Chats.open(server, path, Chats.whole())) {
            assertThat(RawHttp.get(server.url(), "/api/ps").body()).contains("gemma3:270m");
            assertThat(http.in().available()).isZero();
            over.complete(null);
            assertThat(http.answer("POST").status()).isEqualTo(200);
        }
    }

    @Test
    void aSilenceEndsByItself() throws IOException {
        Duration lasts = Duration.ofMillis(60);
        server.fault(Fault.silence(0, lasts));
        long start = System.nanoTime();
        assertThat(RawHttp.post(server.url(), Chats.V1, Chats.streamed()).body())
                .endsWith("data: [DONE]\n\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(lasts);
    }

    @Test
    void aStoppedServerTakesConnectionsAndDoesNothingUntilItGoesOn() throws IOException {
        server.fault(Fault.silence(3, over));
        try (RawHttp stream = Chats.open(server, Chats.NATIVE, Chats.streamed());
                RawHttp list = new RawHttp(server.url())) {
            stream.head();
            for (int i = 0; i < 3; i++) {
                stream.chunk();
            }
            server.fault(new Fault.Stopped());
            over.complete(null);
            list.send("GET", "/api/version", Map.of(), "");
            assertThat(server.received()).hasSize(1);
            assertThat(stream.in().available() + list.in().available()).isZero();
            server.fault(Fault.none());
            assertThat(rest(stream)).contains("\"done\":true");
            assertThat(list.answer("GET").status()).isEqualTo(200);
        }
    }

    @Test
    void requestsThatAreNotReadCannotBeCounted() {
        assertThatThrownBy(() -> server.fault(new Fault.Stopped(), 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCallIsComposedInSilenceBehindItsFirstWords() throws IOException {
        try (SimulatedServer calling =
                Chats.server(
                        Settings.defaults()
                                .withModels(List.of(SimulatedModel.llama32()))
                                .withWordsBeforeCall(2))) {
            calling.fault(Fault.silence(2, over));
            try (RawHttp http = Chats.open(calling, Chats.V1, ToolCallTest.body(Chats.V1, true))) {
                http.head();
                assertThat(http.chunk() + http.chunk()).doesNotContain("tool_calls");
                assertThat(http.in().available()).isZero();
                over.complete(null);
                assertThat(rest(http)).contains("tool_calls").endsWith("data: [DONE]\n\n");
            }
        }
    }

    private static String rest(RawHttp http) throws IOException {
        StringBuilder rest = new StringBuilder();
        for (String chunk = http.chunk(); !chunk.isEmpty(); chunk = http.chunk()) {
            rest.append(chunk);
        }
        return rest.toString();
    }
}
