package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model that thinks says before its answer; its streams are held to recorded ones. */
class ThoughtsTest {
    private static final String RESPONSES = "/v1/responses";

    private final SimulatedServer server =
            Chats.server(
                    Settings.defaults()
                            .withThoughts(3)
                            .withModels(List.of(SimulatedModel.qwen3(), SimulatedModel.llama32())));

    @AfterEach
    void closeServer() {
        server.close();
    }

    private String asked(String path, String model, String more) throws IOException {
        String body =
                """
                {"model":"%s","max_tokens":9,"stream":false,"input":"Why?","prompt":"Why?",\
                "messages":[{"role":"user","content":"Why?"}]%s}\
                """
                        .formatted(model, more.isEmpty() ? "" : "," + more);
        return RawHttp.post(server.url(), path, body).body();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat | \"thinking\":\" | \"think\":false",
                "/api/generate | \"thinking\":\" | \"think\":false",
                "/v1/chat/completions | \"reasoning\":\" | \"reasoning_effort\":\"none\"",
                "/v1/messages | {\"type\":\"thinking\",\"thinking\":\" | \"thinking\":{\"type\":\"disabled\"}",
                "/v1/responses | \"type\":\"reasoning\",\"summary\":[{ | \"reasoning\":{\"effort\":\"none\"}"
            })
    void standBesideTheAnswerUnlessAClientDeclines(String path, String told, String declined)
            throws IOException {
        assertThat(asked(path, "qwen3:8b", "")).contains(told);
        assertThat(asked(path, "qwen3:8b", declined)).doesNotContain(told);
        assertThat(asked(path, "llama3.2:3b", "")).as("it cannot think").doesNotContain(told);
    }

    @Test
    void aCompletionHasNoFieldForThemThoughTheyCount() throws IOException {
        JsonNode thinking = completion(server, 9);
        try (SimulatedServer other =
                Chats.server(Settings.defaults().withModels(List.of(SimulatedModel.qwen3())))) {
            String words = completion(other, 6).at("/choices/0/text").asText();
            assertThat(thinking.at("/choices/0/text").asText()).isEqualTo(words).isNotEmpty();
        }
        assertThat(thinking.at("/usage/completion_tokens").asInt()).isEqualTo(9);
    }

    private static JsonNode completion(SimulatedServer server, int limit) throws IOException {
        String body = "{\"model\":\"qwen3:8b\",\"prompt\":\"Why?\",\"max_tokens\":" + limit + "}";
        return new ObjectMapper()
                .readTree(RawHttp.post(server.url(), "/v1/completions", body).body());
    }

    @Test
    void aMessageComesBehindThemInAStreamToo() throws IOException {
        String body = "{\"model\":\"qwen3:8b\",\"stream\":true,\"input\":\"Why?\"}";
        assertThat(RawHttp.post(server.url(), RESPONSES, body).body())
                .containsSubsequence(
                        "response.reasoning_summary_text.done",
                        "\"type\":\"message\"},\"output_index\":1",
                        "\"output_index\":1,\"sequence_number\":",
                        "\"output\":[{\"encrypted_content\"");
    }
}
