package dev.aicortex.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitNoteTest {
    private static final Instant SINCE = Instant.parse("2026-11-28T14:00:34.5Z");

    private static String frame(Endpoint endpoint, String words) {
        return WaitNote.frame(endpoint, "r-1", SINCE, "qwen3:32b", words).toString();
    }

    @Test
    void aChatHasAMessageWithAThought() {
        assertThat(frame(Endpoint.CHAT, "third in line"))
                .isEqualTo(
                        """
                        {"model":"qwen3:32b","created_at":"2026-11-28T14:00:34.500Z",\
                        "message":{"role":"assistant","content":"","thinking":"[AI Cortex: third in line]\\n"},\
                        "done":false,"cortex":{"progress":true}}
                        """);
    }

    @Test
    void aTextHasAThoughtBesideIt() {
        assertThat(frame(Endpoint.GENERATE, "third in line"))
                .isEqualTo(
                        """
                        {"model":"qwen3:32b","created_at":"2026-11-28T14:00:34.500Z",\
                        "response":"","thinking":"[AI Cortex: third in line]\\n",\
                        "done":false,"cortex":{"progress":true}}
                        """);
    }

    @Test
    void aChatCompletionHasADeltaWithReasoningAndNoRole() {
        assertThat(frame(Endpoint.CHAT_COMPLETIONS, "third in line"))
                .isEqualTo(
                        """
                        data: {"id":"chatcmpl-r-1","object":"chat.completion.chunk","created":1795874434,"model":"qwen3:32b",\
                        "choices":[{"index":0,"delta":{"content":"","reasoning":"[AI Cortex: third in line]\\n"},"finish_reason":null}],\
                        "cortex":{"progress":true}}

                        """);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CHAT", "GENERATE", "CHAT_COMPLETIONS"})
    void noOtherStreamHasRoomForOne(Endpoint endpoint) {
        assertThat(WaitNote.fits(endpoint)).isFalse();
    }

    @Test
    void itEndsWhereItsWordsEnd() {
        assertThat(frame(Endpoint.CHAT, "loading a]b on gpu-b"))
                .contains("\"[AI Cortex: loading a)b on gpu-b]\\n\"");
    }
}
