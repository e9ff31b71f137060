package dev.aicortex.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    private static final String RESPONSES = "/v1/responses";
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
    void aToolOfANamespaceIsCalledByBothNames() throws IOException {
        String tools =
                "[{\"type\":\"namespace\",\"name\":\"sky\",\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":%s}]}]"
                        .formatted(PARAMETERS);
        JsonNode answer = json(post(RESPONSES, tools, QUESTION, false));
        assertThat(answer.at("/output/0/name").asText()).isEqualTo("sky.weather");
        assertThat(answer.at("/tools/0/type").asText()).isEqualTo("namespace");
        String prefixed = tools.replace("\"weather\"", "\"sky.weather\"");
        assertThat(json(post(RESPONSES, prefixed, QUESTION, false)).at("/output/0/name").asText())
                .isEqualTo("sky.weather");
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

    @Test
    void aPromptIsAnsweredInWordsWhateverStandsBesideIt() throws IOException {
        String body =
                body(Chats.NATIVE, false)
                        .replace("\"messages\"", "\"prompt\":\"Rain?\",\"messages\"");
        String answer = RawHttp.post(server.url(), "/api/generate", body).body();
        assertThat(json(answer).path("response").asText()).isNotEmpty();
        assertThat(answer).doesNotContain("tool_calls");
    }

    @Test
    void aResponseCallsAFunctionAndSpeaksWhenItHasItsResult() throws IOException {
        String asked = response(false, "\"Rain?\"");
        JsonNode call = json(asked).at("/output/0");
        assertThat(call.path("type").asText()).isEqualTo("function_call");
        assertThat(call.path("name").asText()).isEqualTo("weather");
        assertThat(call.path("arguments").asText()).isEqualTo("{\"city\": \"Paris\"}");
        assertThat(json(asked).at("/tools/0/name").asText()).isEqualTo("weather");
        assertThat(response(true, "[" + QUESTION + "]"))
                .containsOnlyOnce("event: response.function_call_arguments.delta")
                .containsOnlyOnce("event: response.output_item.done")
                .doesNotContain("output_text")
                .contains("event: response.completed");
        String result =
                "[%s,{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"rain\"}]"
                        .formatted(QUESTION);
        assertThat(json(response(false, result)).at("/output/0/type").asText())
                .isEqualTo("message");
    }

    @Test
    void saysAFewWordsBeforeTheCallThatItIsToldToMake() throws IOException {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withWordsBeforeCall(2)
                        .withCall("shell", "{\"command\":\"ls\"}");
        String tools =
                FUNCTION.replace(
                        "]", ",{\"type\":\"function\",\"function\":{\"name\":\"shell\"}}]");
        String flat = "[{\"type\":\"function\",\"name\":\"shell\"}]";
        try (SimulatedServer calling = Chats.server(settings)) {
            for (String path : List.of(Chats.V1, Chats.NATIVE, Chats.MESSAGES, RESPONSES)) {
                boolean nested = path.equals(Chats.V1) || path.equals(Chats.NATIVE);
                String body = body(path, true, nested ? tools : flat, QUESTION);
                String stream = RawHttp.post(calling.url(), path, body).body();
                assertThat(stream)
                        .containsPattern("\"name\":\"shell\"")
                        .doesNotContain("weather\"");
                assertThat(stream.indexOf("shell"))
                        .isGreaterThan(
                                stream.indexOf(
                                        path.equals(Chats.MESSAGES) ? "text_delta" : "model"));
                String whole =
                        RawHttp.post(
                                        calling.url(),
                                        path,
                                        body.replace("\"stream\":true", "\"stream\":false"))
                                .body();
                assertThat(json(whole).findValues("name"))
                        .anyMatch(n -> n.asText().equals("shell"));
                assertThat(json(whole).toString())
                        .containsPattern("\"(text|content)\":\"\\\\?[^\"]");
            }
        }
    }

    @Test
    void answersEachResultByTheNextCallUntilThereAreNoMore() throws IOException {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withCall("weather", "{\"city\":\"Oslo\"}", "{\"city\":\"Rome\"}");
        String call = "{\"role\":\"assistant\",\"content\":\"Let me look.\"}";
        Map<String, String> results =
                Map.of(
                        Chats.V1,
                        "{\"role\":\"tool\",\"content\":\"rain\"}",
                        Chats.MESSAGES,
                        "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"content\":\"rain\"}]}",
                        RESPONSES,
                        "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"rain\"}");
        try (SimulatedServer calling = Chats.server(settings)) {
            for (Map.Entry<String, String> result : results.entrySet()) {
                String step = "," + call + "," + result.getValue();
                String path = result.getKey();
                assertThat(called(calling, path, QUESTION)).contains("Oslo");
                assertThat(called(calling, path, QUESTION + step)).contains("Rome");
                assertThat(called(calling, path, QUESTION + step + "," + QUESTION))
                        .contains("Rome");
                String end = QUESTION + step + step;
                assertThat(called(calling, path, end)).doesNotContain("Oslo", "Rome");
                assertThat(called(calling, path, end + "," + QUESTION)).contains("Oslo");
            }
        }
    }

    private static String called(SimulatedServer server, String path, String messages)
            throws IOException {
        String tools = path.equals(Chats.V1) ? FUNCTION : ANTHROPIC;
        String input = path.equals(RESPONSES) ? "[" + messages + "]" : messages;
        return RawHttp.post(server.url(), path, body(path, false, tools, input)).body();
    }

    @Test
    void saysAGivenTextWhereItCallsNoTool() throws IOException {
        Settings settings =
                Settings.defaults()
                        .withModels(List.of(SimulatedModel.llama32()))
                        .withText("Rain until noon.\nThen sun.");
        try (SimulatedServer speaking = Chats.server(settings)) {
            String body =
                    "{\"model\":\"llama3.2:3b\",\"stream\":false,\"messages\":[" + QUESTION + "]}";
            String answer = RawHttp.post(speaking.url(), Chats.NATIVE, body).body();
            assertThat(json(answer).at("/message/content").asText())
                    .isEqualTo("Rain until noon.\nThen sun.");
            assertThat(called(speaking, Chats.V1, QUESTION)).contains("tool_calls");
        }
    }

    private String response(boolean stream, String input) throws IOException {
        String tools =
                "[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":" + PARAMETERS + "}]";
        return RawHttp.post(server.url(), RESPONSES, body(RESPONSES, stream, tools, input)).body();
    }

    /** A chat that offers a tool. */
    static String body(String path, boolean stream) {
        return body(path, stream, path.equals(Chats.MESSAGES) ? ANTHROPIC : FUNCTION, QUESTION);
    }

    private static String body(String path, boolean stream, String tools, String messages) {
        String input = messages.startsWith("{") ? "[" + messages + "]" : messages;
        return path.equals(RESPONSES)
                ? "{\"model\":\"llama3.2:3b\",\"stream\":%b,\"input\":%s,\"tools\":%s}"
                        .formatted(stream, input, tools)
                : "{\"model\":\"llama3.2:3b\",\"max_tokens\":100,\"stream\":%b,\"messages\":[%s],\"tools\":%s}"
                        .formatted(stream, messages, tools);
    }

    private String post(String path, String tools, String messages, boolean stream)
            throws IOException {
        return RawHttp.post(server.url(), path, body(path, stream, tools, messages)).body();
    }

    private static JsonNode json(String body) throws IOException {
        return new ObjectMapper().readTree(body);
    }
}
