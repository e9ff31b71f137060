package dev.aicortex.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.calls.Lines;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** From the bytes of a stream to the events and the answer that they stand for. */
class AnswerLinesTest {
    private static final String STREAM =
            """
            {"model":"m","message":{"role":"assistant","content":"","thinking":"Hm, 🦙"},"done":false}
            {"model":"m","message":{"role":"assistant","content":"Grüße"},"done":false}

            {"model":"m","message":{"role":"assistant","content":"","tool_calls":[\
            {"function":{"name":"weather","arguments":{"city":"Oslo"}}}]},"done":false}
            {"model":"m","message":{"role":"assistant","content":" 世界"},"done":false}
            {"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"length",\
            "total_duration":9,"load_duration":1,"prompt_eval_count":5,"prompt_eval_duration":2,\
            "eval_count":4,"eval_duration":3}\
            """;

    @Test
    void linesAreTheSameHoweverTheyWereCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> whole = lines(Buffer.buffer(STREAM).length(), new Random(1));
        assertThat(whole).hasSize(5);
        for (int i = 0; i < 200; i++) {
            assertThat(lines(1 + random.nextInt(50), random)).as("seed %d", seed).isEqualTo(whole);
        }
    }

    /** The stream in pieces of up to this size. */
    private static List<String> lines(int most, Random random) {
        Lines lines = new Lines();
        List<Buffer> found = new ArrayList<>();
        Buffer all = Buffer.buffer(STREAM);
        for (int at = 0; at < all.length(); ) {
            int end = Math.min(all.length(), at + 1 + random.nextInt(most));
            found.addAll(lines.accept(all.getBuffer(at, end)));
            at = end;
        }
        found.addAll(lines.rest());
        return found.stream().map(Buffer::toString).toList();
    }

    @Test
    void anAnswerHasItsTextThinkingToolCallsAndUsage() {
        Transcript transcript = new Transcript("http://gpu-a:11434");
        List<StreamEvent> events = new ArrayList<>();
        for (String line : lines(1_000, new Random(1))) {
            switch (AnswerLine.of(Buffer.buffer(line))) {
                case AnswerLine.Part part -> events.addAll(transcript.add(part));
                case AnswerLine.Last last -> events.addAll(transcript.add(last));
                case AnswerLine.Unusable unusable -> throw new AssertionError(unusable);
            }
        }
        ChatResponse answer = transcript.response();
        assertThat(answer.text()).isEqualTo("Grüße 世界");
        assertThat(answer.thinking()).isEqualTo("Hm, 🦙");
        assertThat(answer.server()).isEqualTo("http://gpu-a:11434");
        assertThat(answer.finishReason()).isEqualTo("length");
        assertThat(answer.usage().promptTokens()).isEqualTo(5);
        assertThat(answer.usage().completionTokens()).isEqualTo(4);
        assertThat(answer.usage().loadNanos()).isEqualTo(1);
        assertThat(answer.toolCalls())
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.name()).isEqualTo("weather");
                    assertThat(call.arguments().path("city").asText()).isEqualTo("Oslo");
                });
        assertThat(events)
                .containsExactly(
                        new StreamEvent.Start("m"),
                        new StreamEvent.Token("Grüße", 0, "m"),
                        new StreamEvent.Token(" 世界", 1, "m"),
                        new StreamEvent.End("m", answer.usage()));
    }

    @Test
    void whatIsNullIsEmpty() {
        String line =
                "{\"model\":null,\"message\":{\"content\":null,\"thinking\":null},\"done\":false}";
        assertThat(AnswerLine.of(Buffer.buffer(line)))
                .isEqualTo(new AnswerLine.Part("", "", "", List.of()));
    }

    @Test
    void whatIsNoPartOfAnAnswerSaysWhy() {
        assertThat(AnswerLine.of(Buffer.buffer("{\"error\":\"out of memory\"}")))
                .isEqualTo(new AnswerLine.Unusable("it sent an error in its answer"));
        assertThat(AnswerLine.of(Buffer.buffer("<html>"))).isInstanceOf(AnswerLine.Unusable.class);
        assertThat(AnswerLine.of(Buffer.buffer("{\"status\":\"success\"}")))
                .isInstanceOf(AnswerLine.Unusable.class);
        assertThat(AnswerLine.of(Buffer.buffer("7"))).isInstanceOf(AnswerLine.Unusable.class);
    }
}
