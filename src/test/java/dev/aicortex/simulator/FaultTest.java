package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that take the place of an answer, or of the server. */
class FaultTest {
    private final SimulatedServer server = Chats.server();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void refusesConnectionsUntilTheFaultEnds() throws IOException {
        server.fault(new Fault.Refuse());
        assertThatThrownBy(() -> RawHttp.get(server.url(), "/"))
                .isInstanceOf(ConnectException.class);
        server.fault(Fault.none());
        assertThat(RawHttp.get(server.url(), "/").body()).isEqualTo("Ollama is running");
    }

    @Test
    void doesNotOpenAServerThatWasStoppedWhenAFaultEnds() {
        server.stop();
        server.fault(Fault.none());
        assertThatThrownBy(() -> RawHttp.get(server.url(), "/"))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void doesNotCountRefusedRequests() {
        assertThatThrownBy(() -> server.fault(new Fault.Refuse(), 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hangsBeforeTheHeadAndNoticesThatTheClientLeft() throws IOException {
        server.fault(new Fault.HangBeforeHead());
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
            Chats.eventually(() -> server.counters().inFlight() == 1);
            assertThat(http.in().available()).isZero();
        }
        Chats.eventually(() -> server.counters().inFlight() == 0);
        assertThat(server.counters().cancelled()).isEqualTo(1);
    }

    @Test
    void leavesListsAloneUnlessToldOtherwise() throws IOException {
        server.fault(new Fault.Status500("boom"));
        assertThat(RawHttp.get(server.url(), "/api/tags").status()).isEqualTo(200);
        server.fault(new Fault.Status500("boom"), Fault.Scope.ALL);
        assertThat(RawHttp.get(server.url(), "/api/tags").body()).isEqualTo("{\"error\":\"boom\"}");
    }

    @Test
    void endsAfterTheNextRequestsWhenLimited() throws IOException {
        server.fault(new Fault.Status500("boom"), 2);
        assertThat(status()).isEqualTo(500);
        assertThat(RawHttp.get(server.url(), "/api/tags").status()).isEqualTo(200);
        assertThat(status()).isEqualTo(500);
        assertThat(status()).isEqualTo(200);
    }

    @Test
    void sendsBytesThatAreNotHttp() throws IOException {
        server.fault(new Fault.Garbage());
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.whole())) {
            String all = new String(http.in().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(all).isNotEmpty().doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void answersAWebPage() throws IOException {
        server.fault(new Fault.WrongContent());
        RawHttp.Answer answer = post(Chats.V1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().all("Content-Type")).containsExactly("text/html");
    }

    @Test
    void answersNothingWithSuccess() throws IOException {
        server.fault(new Fault.Empty200());
        RawHttp.Answer answer = post(Chats.V1);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.chunks()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void isBusyInTheDialectOfTheRoute(String path) throws IOException {
        server.fault(new Fault.Busy());
        RawHttp.Answer answer = post(path);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body())
                .contains("server busy, please try again.  maximum pending requests exceeded");
        assertThat(answer.body().contains("overloaded_error"))
                .isEqualTo(path.equals(Chats.MESSAGES));
    }

    @Test
    void listsModelsThatItDoesNotRun() throws IOException {
        server.fault(new Fault.WrongModelList());
        assertThat(RawHttp.get(server.url(), "/api/tags").body()).contains("gemma3:270m");
        assertThat(post(Chats.NATIVE).body())
                .isEqualTo("{\"error\":\"model 'gemma3:270m' not found\"}");
    }

    @Test
    void delaysItsFirstByte() throws IOException {
        Duration delay = Duration.ofMillis(60);
        server.fault(new Fault.SlowFirstByte(delay));
        long start = System.nanoTime();
        assertThat(status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(delay);
    }

    @Test
    void resetsConnectionsThatAreOpenWhenItRefuses() throws IOException {
        try (RawHttp http = new RawHttp(server.url())) {
            Chats.eventually(() -> server.counters().connections() == 1);
            server.fault(new Fault.Refuse());
            assertThatThrownBy(() -> http.in().read()).isInstanceOf(SocketException.class);
        }
    }

    private int status() throws IOException {
        return post(Chats.V1).status();
    }

    private RawHttp.Answer post(String path) throws IOException {
        return RawHttp.post(server.url(), path, Chats.whole());
    }
}
