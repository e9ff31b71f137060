package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chats that offer a tool. */
class ToolCallTest {
    private static final String PARAMETERS =
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}";
    private static final String FUNCTION =
            "[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":"
                    + PARAMETERS
                    + "}}]";
    private static final String ANTHROPIC =
            "[{\"name\":\"weather\",\"input_schema\":" + PARAMETERS + "}]";
    private static final String QUESTION = "{\"role\":\"user\",\"content\":\"Rain?\"}";

    private final SimulatedServer server =
            Chats.server(Settings.defaults().withModels(List.of(SimulatedModel.llama32())));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void aCallHasItsArgumentsAsTextOnV1() throws IOException {
        JsonNode choice = json(post(Chats.V1, FUNCTION, QUESTION, false)).at("/choices/0");
        JsonNode call = choice.at("/message/tool_calls/0");
        assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(call.at("/function/name").asText()).isEqualTo("weather");
        assertThat(call.at("/function/arguments").asText()).isEqualTo("{\"city\": \"Paris\"}");
    }

    @Test
    void aCallHasItsArgumentsAsAnObjectOnTheNativeRoute() throws IOException {
        JsonNode answer = json(post(Chats.NATIVE, FUNCTION, QUESTION, false));
        assertThat(answer.path("done_reason").asText()).isEqualTo("stop");
        assertThat(answer.at("/message/tool_calls/0/function/arguments/city").asText())
                .isEqualTo("Paris");
    }

    @Test
    void aCallIsABlockOfContentInAMessage() throws IOException {
        JsonNode answer = json(post(Chats.MESSAGES, ANTHROPIC, QUESTION, false));
        assertThat(answer.path("stop_reason").asText()).isEqualTo("tool_use");
        assertThat(answer.at("/content/0/input/city").asText()).isEqualTo("Paris");
    }

    @Test
    void aStreamHasTheCallInOnePieceAndItsUsualEnd() throws IOException {
        assertThat(post(Chats.V1, FUNCTION, QUESTION, true))
                .containsOnlyOnce("\"tool_calls\":[{\"id\":\"call_")
                .contains("\"finish_reason\":\"tool_calls\"")
                .endsWith("data: [DONE]\n\n");
        assertThat(post(Chats.NATIVE, FUNCTION, QUESTION, true).lines()).hasSize(2);
        assertThat(post(Chats.MESSAGES, ANTHROPIC, QUESTION, true))
                .contains("\"partial_json\":\"{\\\"city\\\": \\\"Paris\\\"}\"")
                .contains("\"stop_reason\":\"tool_use\"")
                .endsWith("data: {\"type\":\"message_stop\"}\n\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"tool\",\"content\":\"rain\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"content\":\"rain\"}]}"
            })
    void aResultOfAToolIsAnsweredInWords(String result) throws IOException {
        String answer = post(Chats.V1, FUNCTION, QUESTION + "," + result, false);
        assertThat(answer).contains("\"finish_reason\":\"stop\"").doesNotContain("tool_calls");
    }

    @Test
    void noToolIsCalledWhenTheClientDeclines() throws IOException {
        String declined = FUNCTION + ",\"tool_choice\":\"none\"";
        assertThat(post(Chats.V1, declined, QUESTION, false)).doesNotContain("tool_calls");
    }

    private String post(String path, String tools, String messages, boolean stream)
            throws IOException {
        String body =
                "{\"model\":\"llama3.2:3b\",\"max_tokens\":100,\"stream\":%b,\"messages\":[%s],\"tools\":%s}"
                        .formatted(stream, messages, tools);
        return RawHttp.post(server.url(), path, body).body();
    }

    private static JsonNode json(String body) throws IOException {
        return new ObjectMapper().readTree(body);
    }
}
