package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.gateway.dispatch.Queue;
import dev.aicortex.model.ModelName;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import dev.aicortex.testing.Streamed;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the clients of streams are told while their requests wait, when they want to know. */
@QuarkusTest
@TestProfile(WaitingGateway.class)
class ProgressFlowTest extends GatewayFlow {
    private static final String ALICE = "Authorization: Bearer secret-of-alice";
    private static final String WANTS = ALICE + "\r\nX-Cortex-Progress: reasoning";
    private static final String OURS = "AI Cortex";
    private static final Pattern LOADING =
            Pattern.compile(
                    "\\[AI Cortex: loading (\\S+) on 127\\.0\\.0\\.1:(\\d+), about \\d+ s]\\\\n");

    private static int models;

    @Inject Queue queue;

    private final List<RawClient> clients = new ArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private String slow = "";
    private String slower = "";

    /** Models that no server has in memory, and whose loads take until all is over. */
    @BeforeEach
    void putModelsOnEachServer() {
        slow = "slow" + models++ + ":3b";
        slower = "slower" + models + ":3b";
        List<SimulatedModel> all =
                List.of(SimulatedModel.named(slow), SimulatedModel.named(slower));
        servers.all().forEach(server -> server.models(all));
        servers.first().models(List.of(all.get(0), all.get(1), SimulatedModel.gemma3()));
        FleetFixtures.reset(fleet);
        servers.faultEverywhere(Fault.silence(0, over));
    }

    @AfterEach
    void leave() throws IOException {
        over.complete(null);
        for (RawClient client : clients) {
            client.close();
        }
        await().until(() -> inFlight() == 0);
    }

    private RawClient ask(String path, String body, String headers) throws IOException {
        RawClient client = new RawClient(gateway());
        clients.add(client);
        return client.post(path, body, headers);
    }

    private static String prompt(String model) {
        return "{\"model\":\"%s\",\"prompt\":\"Why is the sky blue?\"}".formatted(model);
    }

    /** Whose load a note tells of. */
    private SimulatedServer loading(String note) {
        Matcher told = LOADING.matcher(note);
        assertThat(told.find()).as(note).isTrue();
        assertThat(told.group(1)).isEqualTo(slow);
        return servers.all().stream()
                .filter(server -> server.url().getPort() == Integer.parseInt(told.group(2)))
                .findFirst()
                .orElseThrow();
    }

    private static String lines(String chunked) {
        return chunked.lines()
                .filter(line -> line.startsWith("{"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aChatIsToldOfItsLoadAndThenHasItsAnswer() throws IOException {
        RawClient client = ask("/api/chat", body(slow, true), WANTS);
        String head = client.readUntil("\r\n\r\n");
        assertThat(head)
                .startsWith("HTTP/1.1 200")
                .contains("application/x-ndjson")
                .doesNotContain("X-Cortex-Server");
        over.complete(null);
        String answer = lines(client.readUntil("\r\n0\r\n"));
        loading(answer);
        assertThat(answer).contains("\"cortex\":{\"progress\":true}");
        Streamed chat = Streamed.of("/api/chat", answer);
        assertThat(chat.text()).isNotBlank().doesNotContain(OURS);
        assertThat(chat.ends()).isEqualTo(1);
        assertThat(chat.errors()).isEmpty();
        assertThat(chat.usage().getLast()).isEqualTo(12);
    }

    @Test
    void aTextIsToldOfItsLoadAndThenHasItsAnswer() throws IOException {
        RawClient client = ask("/api/generate", prompt(slow), WANTS);
        client.readUntil("\r\n\r\n");
        over.complete(null);
        String answer = lines(client.readUntil("\r\n0\r\n"));
        loading(answer);
        for (String line : answer.split("\n", -1)) {
            assertThat(new ObjectMapper().readTree(line).get("response").asText())
                    .doesNotContain(OURS);
        }
        assertThat(answer).contains("\"done\":true").doesNotContain("\"error\"");
    }

    @Test
    void openAisClientReadsThoughtsAndTheAnswerAsOneStream() {
        OpenAIClient api =
                OpenAIOkHttpClient.builder()
                        .baseUrl(gateway() + "/v1")
                        .apiKey("secret-of-alice")
                        .maxRetries(0)
                        .putHeader("X-Cortex-Progress", "reasoning")
                        .build();
        ChatCompletionCreateParams question =
                ChatCompletionCreateParams.builder()
                        .model(slow)
                        .addUserMessage("Why is the sky blue?")
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        ChatCompletionAccumulator accumulated = ChatCompletionAccumulator.create();
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        try (StreamResponse<ChatCompletionChunk> stream =
                api.chat().completions().createStreaming(question)) {
            stream.stream()
                    .forEach(chunk -> {
                        over.complete(null);
                        chunks.add(chunk.validate());
                        ChatCompletionChunk _ = accumulated.accumulate(chunk);
                    });
        }
        ChatCompletionChunk first = chunks.getFirst();
        assertThat(first._additionalProperties()).containsKey("cortex");
        assertThat(first.model()).isEqualTo(slow);
        assertThat(thought(first))
                .matches("\\[AI Cortex: loading " + slow + " on 127.0.0.1:\\d+, about \\d+ s]\n");
        ChatCompletion whole = accumulated.chatCompletion();
        assertThat(whole.choices().getFirst().message().content().orElse(""))
                .isNotBlank()
                .doesNotContain(OURS);
        assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(12);
    }

    private static @Nullable String thought(ChatCompletionChunk chunk) {
        ChatCompletionChunk.Choice.Delta delta = chunk.choices().getFirst().delta();
        return delta._additionalProperties().get("reasoning").convert(String.class);
    }

    @Test
    void ollamasClientKeepsThoughtsApartFromTheAnswer() throws Exception {
        CompletableFuture<AiMessage> answer = new CompletableFuture<>();
        OllamaStreamingChatModel.builder()
                .baseUrl(gateway().toString())
                .customHeaders(
                        Map.of("x-api-key", "secret-of-alice", "X-Cortex-Progress", "reasoning"))
                .modelName(slow)
                .returnThinking(true)
                .build()
                .chat("Why is the sky blue?", new Collector(answer));
        await().until(() -> waiting() == 1);
        ask("/api/chat", body(slow, true), WANTS).readUntil(OURS); // it was told before
        over.complete(null);
        assertThat(answer.get().thinking()).contains("[AI Cortex: loading " + slow);
        assertThat(answer.get().text()).isNotBlank().doesNotContain(OURS);
    }

    private int waiting() {
        return queue.waiting(ModelName.of(slow));
    }

    private record Collector(CompletableFuture<AiMessage> answer)
            implements StreamingChatResponseHandler {
        @Override
        public void onPartialResponse(String token) {
            // the whole text comes with the complete response
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            answer.complete(response.aiMessage());
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }
    }

    @Test
    void aServerThatHasTheModelInMemoryIsWaitedFor() throws IOException {
        servers.faultEverywhere(Fault.none());
        assertThat(answered(FIRST_ONLY).statusCode()).isEqualTo(200);
        servers.first().fault(Fault.silence(0, over));
        RawClient client = ask("/v1/chat/completions", body(FIRST_ONLY, true), WANTS);
        String note = client.readUntil("cortex\":{\"progress\":true}}\n\n");
        assertThat(note)
                .contains(
                        "\"reasoning\":\"[AI Cortex: waiting for 127.0.0.1:%d to begin]\\n\""
                                .formatted(servers.first().url().getPort()));
        over.complete(null);
        String rest = client.readUntil("\r\n0\r\n");
        assertThat(rest).contains("[DONE]").doesNotContain("\"usage\"", "event: error");
    }

    private static Response answered(String model) {
        return RestAssured.given()
                .contentType("application/json")
                .header("x-api-key", "secret-of-alice")
                .body(body(model, false))
                .post("/api/chat");
    }

    @Test
    void whoWaitsInTheLineIsToldTheirPlace() throws IOException {
        servers.faultEverywhere(Fault.none());
        assertThat(answered(FIRST_ONLY).statusCode()).isEqualTo(200);
        servers.first().fault(new Fault.HangMidStream(2), 1);
        RawClient holder = ask("/api/chat", body(FIRST_ONLY, true), ALICE);
        holder.readUntil("{\"model\"");
        RawClient first = ask("/v1/chat/completions", body(FIRST_ONLY, true), WANTS);
        assertThat(first.readUntil("in line]")).endsWith("[AI Cortex: first in line]");
        RawClient second = ask("/api/chat", body(FIRST_ONLY, true), WANTS);
        assertThat(second.readUntil("in line]")).endsWith("[AI Cortex: second in line]");
        holder.close();
        assertThat(first.readUntil("\r\n0\r\n")).contains("[DONE]").doesNotContain("error");
        assertThat(second.readUntil("\r\n0\r\n")).contains("\"done\":true");
    }

    @Test
    void failoverGoesOnUnderneath() throws IOException {
        RawClient client = ask("/v1/chat/completions", body(slow, true), WANTS);
        SimulatedServer dies = loading(client.readUntil("\"progress\":true}}\n\n"));
        servers.all().stream()
                .filter(server -> server != dies)
                .forEach(server -> server.fault(Fault.none()));
        dies.fault(new Fault.Refuse());
        Streamed answer = Streamed.of("/v1/chat/completions", client.readUntil("[DONE]"));
        assertThat(answer.text()).isNotBlank().doesNotContain(OURS);
        assertThat(answer.errors()).isEmpty();
    }

    @Test
    void aFailureBehindThoughtsIsAnErrorInTheStream() throws IOException {
        RawClient client = ask("/api/chat", body(slow, true), WANTS);
        client.readUntil("\"progress\":true}}\n");
        servers.faultEverywhere(new Fault.Refuse());
        String end = client.readWhatComes();
        assertThat(Streamed.of("/api/chat", lines(end)).errors()).hasSize(1);
        assertThat(end).doesNotContain("\r\n0\r\n");
    }

    @Test
    void nobodyElseIsTold() throws IOException {
        String stream = body(slow, true);
        String limited = stream.replaceFirst("\\{", "{\"max_tokens\":9,");
        String load = "{\"model\":\"%s\",\"prompt\":\"\"}".formatted(slower);
        List<RawClient> others =
                List.of(
                        ask("/api/chat", stream, ALICE),
                        ask("/api/chat", stream, ALICE + "\r\nX-Cortex-Progress: off"),
                        ask("/v1/chat/completions", body(slow, false), WANTS),
                        ask("/v1/messages", limited, WANTS),
                        ask("/api/chat", load, WANTS),
                        ask("/api/generate", load, WANTS));
        RawClient told = ask("/api/generate", prompt(slower), WANTS);
        told.readUntil(OURS); // the others wait for longer than it did
        over.complete(null);
        for (RawClient other : others) {
            RawClient.Answer answer = other.answer();
            assertThat(answer.head()).startsWith("HTTP/1.1 200").contains("X-Cortex-Server");
            assertThat(answer.body()).isNotBlank().doesNotContain(OURS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/chat", "/v1/chat/completions"})
    void whatAClientSendsBackIsTakenOutAgain(String path) {
        servers.faultEverywhere(Fault.none());
        String history =
                """
                {"model":"%s","stream":false,"messages":[{"role":"user","content":"hi"},\
                {"role":"assistant","content":"ho","thinking":"%s","reasoning":"%s"},{"role":"user","content":"and?"}]}\
                """;
        String notes =
                "[AI Cortex: third in line]\\n[AI Cortex: loading a:1b on gpu, about 2 s]\\n";
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .headers(
                                Map.of(
                                        "x-api-key",
                                        "secret-of-alice",
                                        "X-Cortex-Progress",
                                        "reasoning"))
                        .body(history.formatted(FIRST_ONLY, notes + "Hm.", notes))
                        .post(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sent(answer)).isEqualTo(history.formatted(FIRST_ONLY, "Hm.", ""));
        assertThat(servers.first().lastPost().headers()).containsEntry("x-cortex-progress", "off");
    }

    @Test
    void whatStandsInAMessageThatIsNothingButALabelGoesWithIt() {
        servers.faultEverywhere(Fault.none());
        String body =
                """
                {"model":"%s","stream":false,"messages":[{"role":"system","content":"x-anthropic-billing-header: a",\
                "thinking":"[AI Cortex: x]\\n"},{"role":"user","content":"hi"}]}\
                """
                        .formatted(FIRST_ONLY);
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .header("x-api-key", "secret-of-alice")
                        .body(body)
                        .post("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(servers.first().lastPost().text())
                .endsWith("\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    @Test
    void aWrongHeaderIsNamed() {
        Response answer =
                RestAssured.given()
                        .contentType("application/json")
                        .header("x-api-key", "secret-of-alice")
                        .header("X-Cortex-Progress", "yes")
                        .body(body(FIRST_ONLY, true))
                        .post("/api/chat");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString())
                .contains("X-Cortex-Progress", "'yes'", "send reasoning", "off");
    }
}
