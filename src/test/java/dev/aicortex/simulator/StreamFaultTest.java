package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that strike an answer on its way. */
class StreamFaultTest {
    private final SimulatedServer server = Chats.server();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void resetsTheConnectionInTheMiddleOfAStream(String path) throws IOException {
        server.fault(new Fault.CutReset(3));
        try (RawHttp http = afterThreeChunks(path)) {
            assertThatThrownBy(http::chunk).isInstanceOf(SocketException.class);
        }
        assertNothingCompleted();
    }

    @Test
    void resetsTheConnectionBeforeTheHead() throws IOException {
        server.fault(new Fault.CutReset(0));
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
            assertThatThrownBy(http::head).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesTheConnectionInTheMiddleOfAStream() throws IOException {
        server.fault(new Fault.CutClose(3));
        try (RawHttp http = afterThreeChunks(Chats.V1)) {
            assertThatThrownBy(http::chunk).isInstanceOf(EOFException.class);
        }
        assertNothingCompleted();
    }

    @Test
    void endsTheStreamCleanlyWithoutItsTerminalEvent() throws IOException {
        server.fault(new Fault.CutEof(3));
        RawHttp.Answer answer = RawHttp.post(server.url(), Chats.V1, Chats.streamed());
        assertThat(answer.chunks()).hasSize(3);
        assertThat(answer.body()).doesNotContain("[DONE]").doesNotContain("\"finish_reason\":\"");
        assertNothingCompleted();
    }

    @Test
    void fallsSilentInTheMiddleOfAStream() throws IOException {
        server.fault(new Fault.HangMidStream(3));
        try (RawHttp http = afterThreeChunks(Chats.NATIVE)) {
            assertThat(server.counters().inFlight()).isEqualTo(1);
            assertThat(http.in().available()).isZero();
        }
        Chats.eventually(() -> server.counters().cancelled() == 1);
        assertThat(server.counters().inFlight()).isZero();
    }

    @Test
    void cutsAnAnswerThatIsNotStreamedInTheMiddle() throws IOException {
        server.fault(new Fault.CutClose(1));
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.whole())) {
            int length = Integer.parseInt(http.head().all("Content-Length").getFirst());
            assertThat(http.in().readAllBytes()).hasSize(length / 2);
        }
    }

    @Test
    void answersAnErrorWhenTheRunnerDiesOfAnAnswerThatIsNotStreamed() throws IOException {
        server.fault(new Fault.RunnerKilled(1));
        RawHttp.Answer answer = RawHttp.post(server.url(), Chats.NATIVE, Chats.whole());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).contains("an error was encountered while running the model");
    }

    @Test
    void tearsCharactersApart() throws IOException {
        server.fault(new Fault.Torn());
        List<byte[]> chunks = new ArrayList<>();
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.asked(true, "é"))) {
            http.head();
            for (byte[] chunk = http.chunkBytes(); chunk.length > 0; chunk = http.chunkBytes()) {
                chunks.add(chunk);
            }
        }
        assertThat(chunks).anyMatch(chunk -> !isWhole(chunk));
        assertThat(String.join("", chunks.stream().map(StreamFaultTest::latin).toList()))
                .endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void floodsAndEndsWell(String path) throws IOException {
        long flood = 5_000_000;
        server.fault(new Fault.Flood(flood));
        try (RawHttp http = Chats.open(server, path, Chats.streamed())) {
            http.head();
            long received = 0;
            String last = "";
            for (byte[] chunk = http.chunkBytes(); chunk.length > 0; chunk = http.chunkBytes()) {
                received += chunk.length;
                last = new String(chunk, StandardCharsets.UTF_8);
            }
            assertThat(received).isBetween(flood, flood + 100_000);
            assertThat(last).containsAnyOf("[DONE]", "\"done\":true", "message_stop");
        }
        Chats.eventually(() -> server.counters().completed() == 1);
    }

    @Test
    void waitsForAClientThatDoesNotRead() throws IOException {
        server.fault(new Fault.Flood(200_000_000));
        try (RawHttp http = Chats.open(server, Chats.V1, Chats.streamed())) {
            Chats.eventually(() -> http.in().available() > 0);
            assertThat(server.counters().completed()).isZero();
            assertThat(server.counters().inFlight()).isEqualTo(1);
        }
        Chats.eventually(() -> server.counters().cancelled() == 1);
    }

    private RawHttp afterThreeChunks(String path) throws IOException {
        RawHttp http = Chats.open(server, path, Chats.streamed());
        assertThat(http.head().status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(http.chunk()).isNotEmpty();
        }
        return http;
    }

    private void assertNothingCompleted() {
        assertThat(server.counters().completed()).isZero();
        assertThat(server.counters().cancelled()).isZero();
        assertThat(server.counters().inFlight()).isZero();
    }

    private static boolean isWhole(byte[] chunk) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(chunk));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String latin(byte[] chunk) {
        return new String(chunk, StandardCharsets.ISO_8859_1);
    }
}
