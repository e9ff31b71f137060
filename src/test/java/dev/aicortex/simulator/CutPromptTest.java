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
        "/api/chat, 'options:{num_ctx:100}', 100",
        "/api/chat, 'options:{num_ctx:6000}', 5009",
        "/api/chat, 'options:{}', 4096",
        "/api/generate, 'options:{num_ctx:100}', 100",
        "/v1/chat/completions, 'options:{num_ctx:6000}', 4096",
        "/v1/completions, 'num_ctx:6000', 4096",
        "/v1/messages, 'max_tokens:5', 4096",
    })
    void readsNoMoreThanItsContext(String path, String field, int tokens) throws IOException {
        String text = "word ".repeat(5_000);
        String body =
                "{model:'gemma3:270m',stream:false,prompt:'%s',messages:[{role:'user',content:'%s'}],%s}"
                        .formatted(text, text, field);
        try (SimulatedServer server = Chats.server()) {
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
