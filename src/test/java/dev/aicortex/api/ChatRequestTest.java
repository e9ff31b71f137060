package dev.aicortex.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ValidationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChatRequestTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theShortestOneIsAModelAndAPrompt() throws JsonProcessingException {
        ApiRequest sent = ApiRequest.of(ChatRequest.of("m", "Why?"));
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo("/api/chat");
        assertThat(sent.body())
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"model":"m","messages":[{"role":"user","content":"Why?"}],"stream":true}\
                                """));
    }

    @Test
    void everythingIsSentAsOllamaReadsIt() throws JsonProcessingException {
        JsonNode parameters = JSON.readTree("{\"type\":\"object\"}");
        JsonNode arguments = JSON.readTree("{\"city\":\"Oslo\"}");
        ChatRequest request =
                ChatRequest.builder("m:1b")
                        .user("And there?", Image.of(new byte[] {1, 2, 3}))
                        .message(
                                new Message(
                                        Role.ASSISTANT,
                                        "",
                                        List.of(),
                                        List.of(new ToolCall("weather", arguments)),
                                        ""))
                        .toolResult("weather", "rain")
                        .system("Be brief.")
                        .jsonSchema(parameters)
                        .temperature(0.5)
                        .topP(0.9)
                        .topK(40)
                        .minP(0.05)
                        .seed(7)
                        .numCtx(4096)
                        .numPredict(-1)
                        .stop("a", "b")
                        .repeatPenalty(1.1)
                        .options(Map.of("mirostat", 1))
                        .tools(new Tool("weather", "of a city", parameters))
                        .keepAlive(Duration.ofMinutes(5))
                        .thinking(Thinking.HIGH)
                        .server("http://gpu-a:11434")
                        .build();
        assertThat(ApiRequest.of(request).body())
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"model":"m:1b",
                                 "messages":[
                                  {"role":"system","content":"Be brief."},
                                  {"role":"user","content":"And there?","images":["AQID"]},
                                  {"role":"assistant","content":"",
                                   "tool_calls":[{"function":{"name":"weather","arguments":{"city":"Oslo"}}}]},
                                  {"role":"tool","content":"rain","tool_name":"weather"}],
                                 "tools":[{"type":"function","function":
                                  {"name":"weather","description":"of a city","parameters":{"type":"object"}}}],
                                 "format":{"type":"object"},
                                 "think":"high",
                                 "keep_alive":"300000ms",
                                 "options":{"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":7,
                                  "num_ctx":4096,"num_predict":-1,"stop":["a","b"],"repeat_penalty":1.1,
                                  "mirostat":1},
                                 "stream":true}\
                                """));
    }

    @Test
    void jsonModeThinkingAndForeverHaveTheirOwnValues() {
        JsonNode body =
                ApiRequest.of(
                                ChatRequest.builder("m")
                                        .user("Why?")
                                        .json()
                                        .thinking(true)
                                        .keepAliveForever()
                                        .build())
                        .body();
        assertThat(body.path("format").asText()).isEqualTo("json");
        assertThat(body.path("think").booleanValue()).isTrue();
        assertThat(body.path("keep_alive").intValue()).isEqualTo(-1);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(b -> b.user(" "), "prompt: ' ' is blank"),
                mistake(b -> b.system(""), "system: '' is blank"),
                mistake(b -> b.toolResult("", "rain"), "tool_name: '' is blank"),
                mistake(b -> b.temperature(-0.1), "temperature: '-0.1'", "from 0 to 2"),
                mistake(b -> b.temperature(Double.NaN), "temperature: 'NaN'"),
                mistake(b -> b.topP(1.5), "top_p: '1.5'", "from 0 to 1"),
                mistake(b -> b.topK(-1), "top_k: '-1'", "at least 0"),
                mistake(b -> b.minP(2), "min_p: '2.0'"),
                mistake(b -> b.numCtx(0), "num_ctx: '0'", "at least 1"),
                mistake(b -> b.numPredict(-3), "num_predict: '-3'", "at least -2"),
                mistake(b -> b.repeatPenalty(-1), "repeat_penalty: '-1.0'"),
                mistake(b -> b.option("temperature", "hot"), "temperature: 'hot'", "a number"),
                mistake(b -> b.option("seed", 1.5), "seed: '1.5'", "a whole number"),
                mistake(b -> b.option(" ", 1), "options: ' '"),
                mistake(b -> b.stop(""), "stop: ''"),
                mistake(b -> b.keepAlive(Duration.ofSeconds(-5)), "keep_alive: 'PT-5S'", "FOREVER"),
                mistake(b -> b.server("ftp://gpu-a"), "server: 'ftp://gpu-a'", "http://host:port"),
                mistake(b -> b.server("gpu-a:11434"), "server: 'gpu-a:11434'"),
                mistake(b -> b.user("x", new Image("%%%")), "images: '%%%' is not Base64"),
                mistake(b -> b.user("x", Image.of(new byte[0])), "images: '' is empty"),
                mistake(b -> b.jsonSchema(JSON.nullNode()), "format: 'null'", "json()"),
                mistake(
                        b -> b.tools(new Tool("f", "", JSON.nullNode())),
                        "tools: 'f'",
                        "no JSON schema"));
    }

    private static Arguments mistake(Consumer<ChatRequestBuilder> step, String... words) {
        return Arguments.of(step, List.of(words));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsToldWithItsFieldItsValueAndTheRemedy(
            Consumer<ChatRequestBuilder> step, List<String> words) {
        ChatRequestBuilder builder = ChatRequest.builder("m").user("Why?");
        assertThatThrownBy(
                        () -> {
                            step.accept(builder);
                            builder.build();
                        })
                .isInstanceOf(ValidationException.class)
                .hasMessageContainingAll(words.toArray(CharSequence[]::new))
                .hasMessageMatching("(?s)\\w+: '.*; .+");
    }

    @Test
    void aModelAndAMessageAreNeeded() {
        assertThatThrownBy(() -> ChatRequest.of(" ", "Why?"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("model: ' ' is blank");
        assertThatThrownBy(() -> ChatRequest.builder("m").build())
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("messages");
    }

    @Test
    void credentialsAreNoPartOfARequest() {
        ChatRequestBuilder named =
                ChatRequest.builder("m").user("Why?").server("http://user:secret@gpu-a:11434");
        assertThatThrownBy(named::build)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("server: 'http://gpu-a:11434'")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whatWentIntoItCannotChangeItLater() throws JsonProcessingException {
        ObjectNode schema = (ObjectNode) JSON.readTree("{\"type\":\"object\"}");
        ChatRequestBuilder builder = ChatRequest.builder("m").user("Why?").jsonSchema(schema);
        ChatRequest request = builder.build();
        schema.put("type", "array");
        builder.user("And?").temperature(1);
        assertThat(request.format().orElseThrow().path("type").asText()).isEqualTo("object");
        assertThat(request.messages()).hasSize(1);
        assertThat(request.options()).isEmpty();
    }

    @Test
    void anAnswerContinuesTheConversation() throws JsonProcessingException {
        ToolCall call = new ToolCall("weather", JSON.readTree("{}"));
        ChatResponse answer =
                new ChatResponse("", "m", "", Usage.UNKNOWN, "", List.of(call), "stop");
        assertThat(answer.message().toolCalls()).containsExactly(call);
    }

    @Test
    void anImageDoesNotFloodALog() {
        assertThat(Image.of(new byte[10_000]).toString()).hasSizeLessThan(60);
    }
}
