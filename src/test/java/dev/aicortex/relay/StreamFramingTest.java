package dev.aicortex.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.StreamKind;
import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFramingTest {
    private static final String STREAM =
            "data: {\"content\":\"当 [DONE]\"}\n\ndata: {\"content\":\"\u2028\"}\n\ndata: [DONE]\n\n";

    private final StreamFraming sse = new StreamFraming(StreamKind.OPENAI_SSE);
    private final StreamFraming ndjson = new StreamFraming(StreamKind.OLLAMA_NDJSON);

    private static String accept(StreamFraming framing, String chunk) {
        return framing.accept(Buffer.buffer(chunk)).toString();
    }

    @Test
    void passesWholeLinesAtOnce() {
        assertThat(accept(sse, "data: a\n\n")).isEqualTo("data: a\n\n");
    }

    @Test
    void holdsHalfALineUntilItsRestComes() {
        assertThat(accept(sse, "data: a\n\nda")).isEqualTo("data: a\n\n");
        assertThat(accept(sse, "ta: b")).isEmpty();
        assertThat(accept(sse, "\n\n")).isEqualTo("data: b\n\n");
    }

    @Test
    void changesNoByteHoweverTheStreamIsTorn() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            assertThat(torn(random)).as("seed %d, round %d", seed, round).isEqualTo(STREAM);
        }
    }

    private static String torn(Random random) {
        StreamFraming framing = new StreamFraming(StreamKind.OPENAI_SSE);
        Buffer all = Buffer.buffer(STREAM);
        Buffer out = Buffer.buffer();
        int from = 0;
        while (from < all.length()) {
            int to =
                    Math.min(
                            all.length(), from + 1 + random.nextInt(random.nextBoolean() ? 9 : 90));
            out.appendBuffer(framing.accept(all.getBuffer(from, to)));
            from = to;
        }
        assertThat(framing.complete()).isTrue();
        return out.appendBuffer(framing.rest()).toString();
    }

    @Test
    void letsALineOfManyMegabytesPassInParts() {
        String part = "x".repeat(3_000_000);
        assertThat(accept(ndjson, "{\"done\":true,\"context\":\"" + part))
                .hasSizeGreaterThan(3_000_000);
        assertThat(accept(ndjson, "\"}\n")).isEqualTo("\"}\n");
        assertThat(ndjson.complete()).isTrue();
    }

    @Nested
    class OpenAiStream {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "data: [DONE]\n\n",
                    "data:[DONE]\n\n",
                    "data: [DONE]",
                    "data: [DONE]\r\n\r\n"
                })
        void endsWithDone(String end) {
            accept(sse, "data: {}\n\n" + end);
            sse.rest();
            assertThat(sse.complete()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "data: {}\n\n",
                    "data: {\"a\":\"data: [DONE]\"}\n\n",
                    "data: [DON",
                    ": x\n\n"
                })
        void hasBrokenWithoutIt(String end) {
            accept(sse, "data: {}\n\n" + end);
            sse.rest();
            assertThat(sse.complete()).isFalse();
        }
    }

    @Nested
    class OllamaStream {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"a\":{\"done\":false},\"done\":true}\n",
                    "{\"done\": true, \"context\":[1]}",
                    "{\"status\":\"success\"}\n\n"
                })
        void endsWithDone(String line) {
            accept(ndjson, "{\"done\":false}\n" + line);
            ndjson.rest();
            assertThat(ndjson.complete()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"error\":\"unexpected EOF\"}\n",
                    "{\"message\":{\"tool_calls\":[{\"arguments\":{\"done\":true}}]},\"done\":false}\n",
                    "{\"message\":\"\\\"done\\\":true\",\"done\":false}\n",
                    "{\"done\":tr"
                })
        void hasBrokenWithoutIt(String line) {
            accept(ndjson, "{\"done\":false}\n" + line);
            ndjson.rest();
            assertThat(ndjson.complete()).isFalse();
        }
    }

    @Test
    void anErrorLineBehindWordsIsToldAnewAndNotPassed() {
        String words = "{\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":false}\n";
        assertThat(accept(ndjson, words)).isEqualTo(words);
        assertThat(accept(ndjson, words + "{ \"error\" : \"unexpected EOF\" }\n")).isEqualTo(words);
        assertThat(ndjson.failure()).contains("unexpected EOF");
        assertThat(ndjson.complete()).isFalse();
    }

    @Test
    void whatStandsBehindTheTerminalEventIsPassedAndNotJudged() {
        accept(ndjson, "{\"done\":true}\n");
        assertThat(accept(ndjson, "{\"error\":\"late\"}\n")).isEqualTo("{\"error\":\"late\"}\n");
        assertThat(ndjson.complete()).isTrue();
        assertThat(ndjson.failure()).isEmpty();
    }

    @Test
    void aTerminalEventOfAnyLengthCounts() {
        StreamFraming responses = new StreamFraming(StreamKind.RESPONSES_SSE);
        String tools = "x".repeat(1_300_000);
        Buffer event =
                Buffer.buffer(
                        "event: response.completed\ndata: {\"response\":{\"tools\":[\""
                                + tools
                                + "\"]}, \"type\" : \"response.completed\"}\n\n");
        for (int from = 0; from < event.length(); from += 16_384) {
            responses.accept(event.getBuffer(from, Math.min(event.length(), from + 16_384)));
        }
        assertThat(responses.complete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"done\":true,\"total_du",
                "{\"done\":true",
                "{\"x\":\"\\\"done\\\":true\"}"
            })
    void halfATerminalLineIsNone(String half) {
        accept(ndjson, half);
        ndjson.rest();
        assertThat(ndjson.complete()).isFalse();
    }

    @Test
    void knowsTheEndOfAnAnthropicStream() {
        StreamFraming anthropic = new StreamFraming(StreamKind.ANTHROPIC_SSE);
        accept(anthropic, "event: message_delta\ndata: {\"type\":\"message_delta\"}\n\n");
        assertThat(anthropic.complete()).isFalse();
        accept(anthropic, "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
        assertThat(anthropic.complete()).isTrue();
    }
}
