package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import io.quarkus.test.junit.QuarkusTest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real client libraries, pointed at the gateway instead of at a server. */
@QuarkusTest
class SdkTest extends GatewayFlow {
    @Test
    void openAiStreams() {
        try (StreamResponse<ChatCompletionChunk> stream =
                openAi().chat().completions().createStreaming(question(MODEL))) {
            String text =
                    stream.stream()
                            .flatMap(chunk -> chunk.choices().stream())
                            .flatMap(choice -> choice.delta().content().stream())
                            .collect(Collectors.joining());
            assertThat(text).isNotBlank();
        }
    }

    @Test
    void openAiRaisesABrokenStream() {
        servers.faultEverywhere(new Fault.CutEof(3));
        try (StreamResponse<ChatCompletionChunk> stream =
                openAi().chat().completions().createStreaming(question(MODEL))) {
            assertThatThrownBy(() -> stream.stream().forEach(chunk -> {}))
                    .isInstanceOf(OpenAIException.class);
        }
    }

    @Test
    void openAiKnowsAnUnknownModel() {
        assertThatThrownBy(() -> openAi().chat().completions().create(question("nope:1b")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void openAiListsTheModels() {
        assertThat(openAi().models().list().data())
                .extracting(com.openai.models.models.Model::id)
                .contains(MODEL);
    }

    @Test
    void ollamaStreams() throws Exception {
        ChatResponse answer = ollamaChat().get();
        assertThat(answer.aiMessage().text()).isNotBlank();
        assertThat(answer.tokenUsage().outputTokenCount()).isEqualTo(12);
    }

    @Test
    void ollamaRaisesABrokenStream() {
        servers.faultEverywhere(new Fault.CutEof(3));
        assertThatThrownBy(() -> ollamaChat().get()).isInstanceOf(ExecutionException.class);
    }

    private OpenAIClient openAi() {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway() + "/v1")
                .apiKey("none")
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams question(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Why is the sky blue?")
                .build();
    }

    private CompletableFuture<ChatResponse> ollamaChat() {
        CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
        OllamaStreamingChatModel.builder()
                .baseUrl(gateway().toString())
                .modelName(MODEL)
                .build()
                .chat("Why is the sky blue?", new Collector(answer));
        return answer;
    }

    private record Collector(CompletableFuture<ChatResponse> answer)
            implements StreamingChatResponseHandler {
        @Override
        public void onPartialResponse(String token) {
            // the whole text comes with the complete response
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            answer.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }
    }
}
