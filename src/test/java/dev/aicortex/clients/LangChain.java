package dev.aicortex.clients;

import static dev.aicortex.clients.Checks.words;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;

/** LangChain4j with one of its modules. */
final class LangChain {
    private static final UserMessage QUESTION = UserMessage.from(Samples.QUESTION);
    private static final JsonSchema CITY =
            JsonSchema.builder()
                    .name("City")
                    .rootElement(
                            JsonObjectSchema.builder()
                                    .addStringProperty("name")
                                    .addIntegerProperty("population")
                                    .required("name", "population")
                                    .build())
                    .build();
    private static final ToolSpecification WEATHER =
            ToolSpecification.builder()
                    .name("weather")
                    .description("The weather of a city")
                    .parameters(
                            JsonObjectSchema.builder()
                                    .addStringProperty("city")
                                    .required("city")
                                    .build())
                    .build();

    private final LangChainModule module;
    private final Checks checks;

    private LangChain(ClientFleet fleet, LangChainModule module) {
        this.module = module;
        this.checks = new Checks(fleet, module.name(), error -> "");
    }

    static Report check(ClientFleet fleet, LangChainModule module) {
        LangChain client = new LangChain(fleet, module);
        client.chats();
        client.failures();
        client.contents();
        return Report.of(module.name(), module.version(), client.checks.rows());
    }

    private void chats() {
        checks.check("chat", "15 words, STOP, usage 16", () -> told(ask(QUESTION)));
        checks.check("chat, streamed", "15 words, STOP, usage 16", () -> told(streamed()));
        checks.check(
                "client leaves",
                "the server sees it",
                "falls silent",
                () -> {
                    Listener leaving = Listener.leaving();
                    module.streaming().chat(List.of(QUESTION), leaving);
                    return checks.leaves();
                });
    }

    private void failures() {
        checks.check(
                "unknown model",
                "raises ModelNotFoundException",
                () -> told(module.chat(Samples.UNKNOWN, Samples.KEY).chat(QUESTION)));
        checks.check(
                "bad key",
                "raises AuthenticationException",
                () -> told(module.chat(ClientFleet.CHAT, "wrong").chat(QUESTION)));
        checks.check(
                "server dies before the first byte",
                "15 words, STOP, usage 16, 2 servers reached",
                "dies before the first byte",
                () -> told(ask(QUESTION)) + ", " + checks.reached());
        checks.check(
                "server dies before the first byte, streamed",
                "15 words, STOP, usage 16, 2 servers reached",
                "dies before the first byte",
                () -> told(streamed()) + ", " + checks.reached());
        checks.check(
                "server dies after the first byte",
                module.broken(),
                "dies after the first byte",
                () -> told(streamed()));
        checks.check(
                "model runner dies after the first byte",
                module.broken(),
                "runner dies",
                () -> told(streamed()));
    }

    private void contents() {
        checks.check("tools", "calls weather for Paris", this::tools);
        checks.check("JSON schema", "{\"name\": \"Paris\", \"population\": 7}", this::schema);
        checks.check("image", "the picture reaches the server", this::image);
        checks.check("embeddings", "2 vectors of 768", this::embeddings);
    }

    private ChatResponse ask(UserMessage message) {
        return model().chat(message);
    }

    private ChatModel model() {
        return module.chat(ClientFleet.CHAT, Samples.KEY);
    }

    private ChatResponse streamed() throws Exception {
        Listener listener = Listener.staying();
        module.streaming().chat(List.of(QUESTION), listener);
        return listener.answer();
    }

    private static String told(ChatResponse answer) {
        return "%s, %s, usage %d"
                .formatted(
                        words(answer.aiMessage().text()),
                        answer.finishReason(),
                        answer.tokenUsage().outputTokenCount());
    }

    private String tools() {
        ToolExecutionRequest call =
                model().chat(request().toolSpecifications(WEATHER).build())
                        .aiMessage()
                        .toolExecutionRequests()
                        .getFirst();
        String city = call.arguments().contains("\"Paris\"") ? "Paris" : call.arguments();
        return "calls " + call.name() + " for " + city;
    }

    private String schema() {
        ResponseFormat format =
                ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(CITY).build();
        return model().chat(request().responseFormat(format).build()).aiMessage().text();
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder().messages(QUESTION);
    }

    private String image() {
        ask(
                UserMessage.from(
                        TextContent.from("What is this?"),
                        ImageContent.from(Samples.PICTURE, "image/png")));
        return checks.samePicture();
    }

    private String embeddings() {
        List<Embedding> vectors =
                module.embeddings()
                        .embedAll(List.of(TextSegment.from("one"), TextSegment.from("two")))
                        .content();
        return vectors.size() + " vectors of " + vectors.getFirst().dimension();
    }
}
