package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.Segment;
import dev.aicortex.translate.AnswerTranslation;
import dev.aicortex.translate.NativeRoute;
import dev.aicortex.translate.Translation;
import dev.aicortex.translate.Usage;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Asked on the native route and translated, an answer looks as a real Ollama's on its compatible
 * route.
 */
class TranslatedExchangesTest {
    static List<Recording> answered() throws IOException {
        List<Recording> answered =
                Recording.all().stream()
                        .filter(r -> NativeRoute.at(r.path()).isPresent())
                        .filter(r -> r.answer().status() == 200 && !r.name().contains("killed"))
                        .toList();
        assertThat(answered).hasSizeGreaterThan(9);
        return answered;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answered")
    void lookAsRecorded(Recording recorded) throws IOException {
        Translation translation = translated(recorded);
        AnswerTranslation answer = translation.answers().get();
        String answered = asked(translation, recorded.requestBody(), Fault.none());
        boolean stream = answered.startsWith("{") && answered.indexOf('\n') > 0;
        String body =
                stream ? lines(answered, answer) : answer.whole(Buffer.buffer(answered)).toString();
        assertThat(Skeleton.of(body)).isEqualTo(Skeleton.of(recorded.answer().body()));
        assertThat(recorded.answer().head().all("Content-Type"))
                .containsExactly(answer.contentType(stream));
        assertThat(answer.usage()).isEqualTo(new Usage(14, 8, "length"));
        assertThat(answer.failed()).isFalse();
    }

    /** The same model said the same on its own route; so but for made-up parts the bytes agree. */
    @ParameterizedTest
    @CsvSource({
        "chat, v1-chat",
        "chat-stream, v1-chat-stream",
        "chat-stream, v1-chat-stream-usage",
        "chat, v1-responses",
        "chat-stream, v1-responses-stream",
        "chat, v1-messages",
        "chat-stream, v1-messages-stream",
    })
    void haveTheBytesThatARealServerSent(String natively, String compatibly) throws IOException {
        String said = recording(natively).answer().body();
        Recording recorded = recording(compatibly);
        AnswerTranslation answer = translated(recorded).answers().get();
        String body =
                natively.endsWith("stream")
                        ? lines(said, answer)
                        : answer.whole(Buffer.buffer(said)).toString();
        assertThat(withoutMadeUp(body)).isEqualTo(withoutMadeUp(recorded.answer().body()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1-chat-stream",
                "v1-completions-stream",
                "v1-responses-stream",
                "v1-messages-stream"
            })
    void endInAnErrorWhenTheRunnerDies(String name) throws IOException {
        Recording recorded = recording(name);
        Translation translation = translated(recorded);
        AnswerTranslation answer = translation.answers().get();
        String said = asked(translation, recorded.requestBody(), new Fault.RunnerKilled(3));
        String[] events = lines(said, answer).split("\n\n");
        assertThat(events[events.length - 1])
                .startsWith("event: error")
                .contains("running the model: unexpected EOF");
        assertThat(answer.failed()).isTrue();
        assertThat(answer.usage()).isEqualTo(Usage.UNKNOWN);
    }

    private static Recording recording(String name) throws IOException {
        return Recording.all().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String withoutMadeUp(String body) {
        return body.replaceAll("(chatcmpl-|resp_|msg_)[0-9a-f]+", "$1ID")
                .replaceAll("(created|created_at|completed_at)\":\\d+", "$1\":TIME");
    }

    private static Translation translated(Recording recorded) throws IOException {
        byte[] bytes = recorded.requestBody().getBytes(StandardCharsets.UTF_8);
        NativeRoute endpoint = NativeRoute.at(recorded.path()).orElseThrow();
        return Translation.of(
                endpoint, () -> new ByteArrayInputStream(bytes), 512, "gemma3:270m", "gemma3:270m");
    }

    private static String asked(Translation translation, String original, Fault fault)
            throws IOException {
        StringBuilder body = new StringBuilder();
        for (Segment segment : translation.body()) {
            switch (segment) {
                case Segment.Text(Buffer text) -> body.append(text);
                case Segment.Range(long start, long end) ->
                        body.append(original, (int) start, (int) end);
            }
        }
        try (SimulatedServer server = Chats.server()) {
            server.fault(fault);
            return RawHttp.post(server.url(), translation.path(), body.toString()).body();
        }
    }

    private static String lines(String stream, AnswerTranslation answer) {
        StringBuilder events = new StringBuilder();
        for (String line : stream.split("\n")) {
            events.append(answer.line(Buffer.buffer(line)));
        }
        return events.toString();
    }
}
