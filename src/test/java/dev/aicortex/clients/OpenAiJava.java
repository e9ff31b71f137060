package dev.aicortex.clients;

import static dev.aicortex.clients.Checks.words;
import static dev.aicortex.clients.ClientFleet.CHAT;
import static dev.aicortex.clients.ClientFleet.EMBED;
import static dev.aicortex.clients.ClientFleet.SLASHED;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.List;
import java.util.stream.Collectors;

/** {@code com.openai:openai-java}. */
final class OpenAiJava {
    private static final String NAME = "openai-java";

    private final OpenAIClient api;
    private final OpenAIClient stranger;
    private final Checks checks;

    private OpenAiJava(ClientFleet fleet, String gateway) {
        this.api = connect(gateway, Samples.KEY);
        this.stranger = connect(gateway, "wrong");
        this.checks = new Checks(fleet, NAME, OpenAiJava::describe);
    }

    static Report check(ClientFleet fleet, String gateway) {
        OpenAiJava client = new OpenAiJava(fleet, gateway);
        client.chats();
        client.failures();
        client.contents();
        client.models();
        client.responses();
        return Report.of(NAME, LibraryVersion.of(OpenAIClient.class), client.checks.rows());
    }

    private static OpenAIClient connect(String gateway, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static String describe(Throwable error) {
        return error instanceof OpenAIServiceException told
                ? ", " + told.statusCode() + told.code().map(code -> ", " + code).orElse("")
                : "";
    }

    private void chats() {
        checks.check("chat", "15 words, stop, usage 16", () -> told(api));
        checks.check("chat, streamed", "15 words", this::streamed);
        checks.check(
                "client leaves",
                "the server sees it",
                "falls silent",
                () -> {
                    try (StreamResponse<ChatCompletionChunk> stream = stream()) {
                        stream.stream().findFirst().orElseThrow();
                    }
                    return checks.leaves();
                });
    }

    private void failures() {
        checks.check(
                "unknown model",
                "raises NotFoundException, 404, model_not_found",
                () -> api.chat().completions().create(asked(Samples.UNKNOWN).build()).id());
        checks.check(
                "bad key",
                "raises UnauthorizedException, 401, invalid_api_key",
                () -> told(stranger));
        checks.check(
                "server dies before the first byte",
                "15 words, stop, usage 16, 2 servers reached",
                "dies before the first byte",
                () -> told(api) + ", " + checks.reached());
        checks.check(
                "server dies before the first byte, streamed",
                "15 words, 2 servers reached",
                "dies before the first byte",
                () -> streamed() + ", " + checks.reached());
        for (String fault : List.of("server dies", "model runner dies")) {
            checks.check(
                    fault + " after the first byte",
                    "raises SseException, 200, stream_interrupted",
                    fault.equals("server dies") ? "dies after the first byte" : "runner dies",
                    this::streamed);
        }
    }

    private void contents() {
        checks.check("tools", "calls weather with {\"city\": \"Paris\"}", this::tools);
        checks.check("JSON schema", "City[name=Paris, population=7]", this::schema);
        checks.check("image", "the picture reaches the server", this::image);
        checks.check(
                "embeddings",
                "2 vectors of 768, asked for as base64",
                () -> embeddings(EmbeddingCreateParams.builder()));
        checks.check(
                "embeddings as numbers",
                "2 vectors of 768, asked for as numbers",
                () ->
                        embeddings(
                                EmbeddingCreateParams.builder()
                                        .encodingFormat(
                                                EmbeddingCreateParams.EncodingFormat.FLOAT)));
    }

    private void models() {
        checks.check(
                "models",
                "hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest",
                () ->
                        api.models().list().autoPager().stream()
                                .map(Model::id)
                                .sorted()
                                .collect(Collectors.joining(", ")));
        checks.check("model", CHAT, () -> api.models().retrieve(CHAT).id());
        checks.check("model with slashes", SLASHED, () -> api.models().retrieve(SLASHED).id());
    }

    private void responses() {
        checks.check("response, streamed", "15 words, completed", () -> response());
        checks.check(
                "response, server dies after the first byte",
                "raises SseException, 200, stream_interrupted",
                "dies after the first byte",
                () -> response());
    }

    private static ChatCompletionCreateParams.Builder asked(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(Samples.QUESTION);
    }

    private static String told(OpenAIClient client) {
        ChatCompletion answer = client.chat().completions().create(asked(CHAT).build());
        ChatCompletion.Choice choice = answer.choices().getFirst();
        return "%s, %s, usage %d"
                .formatted(
                        words(choice.message().content().orElse("")),
                        choice.finishReason(),
                        answer.usage().orElseThrow().completionTokens());
    }

    private StreamResponse<ChatCompletionChunk> stream() {
        return api.chat().completions().createStreaming(asked(CHAT).build());
    }

    private String streamed() {
        try (StreamResponse<ChatCompletionChunk> stream = stream()) {
            return words(
                    stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .collect(Collectors.joining()));
        }
    }

    private String tools() {
        ChatCompletion answer =
                api.chat().completions().create(asked(CHAT).addTool(Weather.class).build());
        ChatCompletionMessageFunctionToolCall.Function call =
                answer.choices()
                        .getFirst()
                        .message()
                        .toolCalls()
                        .orElseThrow()
                        .getFirst()
                        .asFunction()
                        .function();
        return "calls " + call.name() + " with " + call.arguments();
    }

    private String schema() {
        return api.chat()
                .completions()
                .create(asked(CHAT).responseFormat(City.class).build())
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow()
                .toString();
    }

    private String image() {
        ChatCompletionContentPartImage.ImageUrl url =
                ChatCompletionContentPartImage.ImageUrl.builder()
                        .url("data:image/png;base64," + Samples.PICTURE)
                        .build();
        ChatCompletionContentPart part =
                ChatCompletionContentPart.ofImageUrl(
                        ChatCompletionContentPartImage.builder().imageUrl(url).build());
        api.chat()
                .completions()
                .create(asked(CHAT).addUserMessageOfArrayOfContentParts(List.of(part)).build());
        return checks.samePicture();
    }

    private String embeddings(EmbeddingCreateParams.Builder how) {
        CreateEmbeddingResponse answer =
                api.embeddings()
                        .create(
                                how.model(EMBED)
                                        .inputOfArrayOfStrings(List.of("one", "two"))
                                        .build());
        return "%d vectors of %d, asked for as %s"
                .formatted(
                        answer.data().size(),
                        answer.data().getFirst().embedding().size(),
                        checks.lastBody().contains("\"base64\"") ? "base64" : "numbers");
    }

    private String response() {
        ResponseCreateParams asked =
                ResponseCreateParams.builder().model(CHAT).input(Samples.QUESTION).build();
        try (StreamResponse<ResponseStreamEvent> stream = api.responses().createStreaming(asked)) {
            StringBuilder text = new StringBuilder();
            List<ResponseStreamEvent> events = stream.stream().toList();
            events.forEach(e -> e.outputTextDelta().ifPresent(d -> text.append(d.delta())));
            String end = events.getLast().completed().isPresent() ? "completed" : "cut short";
            return words(text.toString()) + ", " + end;
        }
    }

    /** What a tool is made from. */
    @com.fasterxml.jackson.annotation.JsonTypeName("weather")
    @com.fasterxml.jackson.annotation.JsonClassDescription("The weather of a city")
    static final class Weather {
        public String city = "";
    }

    /** The form of an answer. */
    record City(String name, int population) {}
}
