package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prompt longer than the context is cut, and nothing but its count tells. */
class CutPromptTest {
    @ParameterizedTest
    @CsvSource({
        "0.20.0, /api/chat, 'options:{num_ctx:100}', 100",
        "0.20.0, /api/chat, 'options:{num_ctx:6000}', 5009",
        "0.20.0, /api/chat, 'options:{}', 4096",
        "0.20.0, /api/generate, 'options:{num_ctx:100}', 100",
        "0.20.0, /v1/chat/completions, 'options:{num_ctx:6000}', 4096",
        "0.20.0, /v1/completions, 'num_ctx:6000', 4096",
        "0.20.0, /v1/messages, 'max_tokens:5', 4096",
        "0.33.0, /api/chat, 'options:{num_ctx:100}', 53",
        "0.33.0, /api/chat, 'options:{num_ctx:6000}', 5009",
        "0.33.0, /api/generate, 'options:{num_ctx:5009}', 2507",
        "0.33.0, /api/generate, 'options:{num_ctx:5010}', 5009",
        "0.33.0, /v1/chat/completions, 'options:{num_ctx:6000}', 2051",
        "0.33.0, /v1/completions, 'num_ctx:6000', 2051",
        "0.33.0, /v1/messages, 'max_tokens:5', 2051",
    })
    void readsNoMoreThanItsContext(String version, String path, String field, int tokens)
            throws IOException {
        String text = "word ".repeat(5_000);
        String body =
                "{model:'gemma3:270m',stream:false,prompt:'%s',messages:[{role:'user',content:'%s'}],%s}"
                        .formatted(text, text, field);
        try (SimulatedServer server = Chats.server(Settings.defaults().withVersion(version))) {
            String answer = RawHttp.post(server.url(), path, quoted(body)).body();
            assertThat(new ObjectMapper().readTree(answer).toString())
                    .containsPattern(
                            "\"(prompt_eval_count|prompt_tokens|input_tokens)\":" + tokens + ",");
        }
    }

    private static String quoted(String body) {
        return body.replace('\'', '"').replaceAll("([{,])([a-z_]+):", "$1\"$2\":");
    }
}
