package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with something before, behind or between what is expected, or in its place. */
class OddAnswerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SimulatedServer server = Chats.server();

    @AfterEach
    void closeServer() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void goesOnBehindTheTerminalEvent(String path) throws IOException {
        server.fault(new Fault.Tail(": bye\n\n", Fault.Finish.WELL));
        RawHttp.Answer answer = RawHttp.post(server.url(), path, Chats.streamed());
        assertThat(answer.chunks()).endsWith(": bye\n\n");
        assertThat(answer.body()).containsAnyOf("[DONE]", "\"done\":true", "message_stop");
        assertThat(server.counters().completed()).isEqualTo(1);
    }

    @Test
    void breaksBehindTheTerminalEvent() throws IOException {
        server.fault(new Fault.Tail("", Fault.Finish.RESET));
        assertThatThrownBy(() -> RawHttp.post(server.url(), Chats.V1, Chats.streamed()))
                .isInstanceOf(SocketException.class);
        server.fault(new Fault.Tail("x", Fault.Finish.CLOSED));
        assertThat(RawHttp.post(server.url(), Chats.V1, Chats.streamed()).chunks())
                .endsWith("x", RawHttp.CUT);
    }

    @Test
    void saysAPreludeAndEnds() throws IOException {
        String role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n";
        server.fault(new Fault.Says(200, "text/event-stream", role, Fault.Finish.WELL));
        RawHttp.Answer answer = RawHttp.post(server.url(), Chats.V1, Chats.streamed());
        assertThat(answer.head().all("Content-Type")).containsExactly("text/event-stream");
        assertThat(answer.chunks()).containsExactly(role);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 408, 413, 425, 502})
    void answersAProxysPage(int status) throws IOException {
        server.fault(Fault.page(status));
        RawHttp.Answer answer = RawHttp.post(server.url(), Chats.V1, Chats.whole());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head().all("Content-Type")).containsExactly("text/html");
        assertThat(answer.body()).contains("<h1>" + status);
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void endsCleanlyWithoutATerminalEventWhenATokenRepeats(String path) throws IOException {
        try (SimulatedServer talking = Chats.server(Settings.defaults().withTokensPerAnswer(100))) {
            talking.fault(new Fault.Repeats());
            RawHttp.Answer answer = RawHttp.post(talking.url(), path, Chats.streamed());
            assertThat(answer.chunks()).hasSize(31);
            assertThat(answer.body())
                    .doesNotContain("[DONE]", "\"done\":true", "message_stop", "error");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Chats.V1, Chats.NATIVE, Chats.MESSAGES})
    void spacesItsJsonAsNoOllamaDoes(String path) throws IOException {
        server.fault(new Fault.Spaced());
        String whole = RawHttp.post(server.url(), path, Chats.whole()).body();
        assertThat(whole.strip()).contains("\n");
        JsonNode plain = JSON.readTree(whole);
        assertThat(plain.path("model").asText()).isEqualTo("gemma3:270m");
        String stream = RawHttp.post(server.url(), path, Chats.streamed()).body();
        assertThat(stream).doesNotContain("\":").doesNotContain("data: ");
        stream.lines()
                .map(line -> line.replaceFirst("^data:", ""))
                .filter(line -> line.startsWith("{"))
                .forEach(OddAnswerTest::read);
        assertThat(stream).containsAnyOf("data:[DONE]", "\"done\" : true", "message_stop");
    }

    @Test
    void spacesItsLists() throws IOException {
        server.fault(new Fault.Spaced(), Fault.Scope.ALL);
        String tags = RawHttp.get(server.url(), "/api/tags").body();
        assertThat(tags).startsWith("{\n");
        assertThat(JSON.readTree(tags).at("/models/0/name").asText()).isEqualTo("gemma3:270m");
    }

    @Test
    void listsWhatNewerServersList() throws IOException {
        try (SimulatedServer newer =
                Chats.server(
                        Settings.defaults()
                                .withVersion("0.33.1")
                                .withListFields("\"to_come\":{\"a\":[1]}"))) {
            JsonNode tag =
                    JSON.readTree(RawHttp.get(newer.url(), "/api/tags").body()).at("/models/0");
            assertThat(tag.path("capabilities").toString()).isEqualTo("[\"completion\"]");
            assertThat(tag.at("/details/context_length").asInt()).isEqualTo(32_768);
            assertThat(tag.at("/details/embedding_length").asInt()).isEqualTo(640);
            assertThat(tag.at("/to_come/a/0").asInt()).isEqualTo(1);
            String show =
                    RawHttp.post(newer.url(), "/api/show", "{\"model\":\"gemma3:270m\"}").body();
            assertThat(JSON.readTree(show).at("/to_come/a/0").asInt()).isEqualTo(1);
        }
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
