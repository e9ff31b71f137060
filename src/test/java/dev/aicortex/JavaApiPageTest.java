package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.ChatStream;
import dev.aicortex.api.LlmParams;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.api.ServerInfo;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.api.Tool;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.model.StreamException;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/java-api.md, as they stand there. */
@QuarkusTest
class JavaApiPageTest extends GatewayFlow {
    private static final Path PAGE = Path.of("docs/java-api.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/aicortex/JavaApiPageTest.java");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```java\n(.*?)```");

    @Inject Cortex cortex;

    @Test
    void everyExampleOfThePageIsInThisFile() throws IOException {
        String source = dense(Files.readString(SOURCE));
        List<String> examples =
                EXAMPLE.matcher(Files.readString(PAGE))
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        assertThat(examples).hasSizeGreaterThan(8);
        assertThat(examples).allSatisfy(example -> assertThat(source).contains(dense(example)));
    }

    private static String dense(String text) {
        return text.replaceAll("\\s+", "");
    }

    @Test
    void ask() {
        String text = cortex.chat("llama3.2:3b", "Why is the sky blue?");
        assertThat(text).isNotBlank();
    }

    @Test
    void build() {
        ChatRequest request =
                ChatRequest.builder("llama3.2:3b")
                        .system("Answer in one sentence.")
                        .user("Why is the sky blue?")
                        .temperature(0.2)
                        .numPredict(200)
                        .keepAlive(Duration.ofMinutes(10))
                        .build();
        ChatResponse answer = cortex.chat(request);
        System.out.printf(
                "%s (%d tokens from %s)%n",
                answer.text(), answer.usage().completionTokens(), answer.server());
        assertThat(answer.text()).isNotBlank();
    }

    @Test
    void read() {
        try (ChatStream stream = cortex.stream("llama3.2:3b", "Tell me a story.")) {
            for (StreamEvent event : stream) {
                switch (event) {
                    case StreamEvent.Start start -> System.out.println(start.model());
                    case StreamEvent.Token token -> System.out.print(token.content());
                    case StreamEvent.End end -> System.out.println(end.usage().tokensPerSecond());
                    case StreamEvent.Failed failed -> System.err.println(failed.error());
                }
            }
        }
    }

    @Test
    void collect() {
        assertThat(story()).isNotBlank().doesNotEndWith("[…]");
        servers.faultEverywhere(new Fault.CutEof(3));
        assertThat(story()).endsWith("[…]");
    }

    private String story() {
        try (ChatStream stream = cortex.stream("llama3.2:3b", "Tell me a story.")) {
            return stream.text();
        } catch (StreamException e) {
            return e.partial() + " […]";
        }
    }

    @Test
    void withoutWaiting() {
        Uni<String> text = cortex.chatAsync("llama3.2:3b", "Why is the sky blue?");
        Multi<StreamEvent> events = cortex.streamAsync("llama3.2:3b", "Tell me a story.");
        Multi<String> words =
                events.onItem()
                        .transformToMultiAndConcatenate(event ->
                                event instanceof StreamEvent.Token token
                                        ? Multi.createFrom().item(token.content())
                                        : Multi.createFrom().empty());
        assertThat(text.await().indefinitely()).isNotBlank();
        assertThat(words.collect().asList().await().indefinitely()).hasSize(12);
    }

    @Test
    void tools() throws IOException {
        JsonNode schema = new ObjectMapper().readTree("{\"type\":\"object\"}");
        Tool weather = new Tool("weather", "The weather in a city", schema);
        ChatRequest question =
                ChatRequest.builder("llama3.2:3b")
                        .user("How is it in Oslo?")
                        .tools(weather)
                        .build();
        ChatResponse asked = cortex.chat(question);
        if (!asked.toolCalls().isEmpty()) {
            ChatRequest next =
                    ChatRequest.builder("llama3.2:3b")
                            .messages(question.messages())
                            .message(asked.message())
                            .toolResult("weather", "rain")
                            .tools(weather)
                            .build();
            asked = cortex.chat(next);
        }
        assertThat(asked.finishReason()).isNotBlank();
    }

    @Test
    void lookUp() {
        List<Family> families = cortex.families();
        List<Model> llamas = cortex.models("llama");
        List<Model> small = cortex.search("small fast");
        List<Model> seeing = cortex.search(new ModelQuery("", "", "", "vision"));
        Model model = cortex.modelInfo("llama3.2:3b");
        List<ModelHolder> holders = cortex.modelServers("llama3.2:3b");
        List<ServerInfo> there =
                holders.stream()
                        .filter(ModelHolder::holds)
                        .map(holder -> cortex.serverInfo("llama3.2:3b", holder.url()))
                        .toList();
        assertThat(List.of(families, llamas, small, seeing)).doesNotContain(List.of());
        assertThat(there).hasSize(3).allMatch(info -> info.model().equals(model.name()));
    }

    @Test
    void handOver() {
        ChatRequest request = ChatRequest.of("llama3.2:3b", "Why?");
        LlmParams params = cortex.llmParams("llama3.2:3b");
        LlmParams any = cortex.randomLlmParams("llama3.2:3b", new Random(42));
        String body = cortex.buildApiRequest(request).body().toString();
        assertThat(any.model()).isEqualTo(params.model());
        assertThat(body).startsWith("{\"model\":\"llama3.2:3b\"");
    }
}
