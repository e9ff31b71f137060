package dev.aicortex.clients;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.Map;

/** A module of LangChain4j, connected to the gateway. */
interface LangChainModule {
    String name();

    String version();

    ChatModel chat(String model, String key);

    StreamingChatModel streaming();

    EmbeddingModel embeddings();

    /** How it tells a stream that broke. */
    String broken();

    /** {@code langchain4j-open-ai}. */
    record OpenAi(String gateway) implements LangChainModule {
        @Override
        public String name() {
            return "LangChain4j OpenAI";
        }

        @Override
        public String version() {
            return LibraryVersion.of(OpenAiChatModel.class);
        }

        @Override
        public ChatModel chat(String model, String key) {
            return OpenAiChatModel.builder()
                    .baseUrl(gateway + "/v1")
                    .apiKey(key)
                    .modelName(model)
                    .maxRetries(0)
                    .build();
        }

        @Override
        public StreamingChatModel streaming() {
            return OpenAiStreamingChatModel.builder()
                    .baseUrl(gateway + "/v1")
                    .apiKey(Samples.KEY)
                    .modelName(ClientFleet.CHAT)
                    .build();
        }

        @Override
        public EmbeddingModel embeddings() {
            return OpenAiEmbeddingModel.builder()
                    .baseUrl(gateway + "/v1")
                    .apiKey(Samples.KEY)
                    .modelName(ClientFleet.EMBED)
                    .maxRetries(0)
                    .build();
        }

        @Override
        public String broken() {
            return "raises RuntimeException";
        }
    }

    /** {@code langchain4j-ollama}. */
    record Ollama(String gateway) implements LangChainModule {
        @Override
        public String name() {
            return "LangChain4j Ollama";
        }

        @Override
        public String version() {
            return LibraryVersion.of(OllamaChatModel.class);
        }

        @Override
        public ChatModel chat(String model, String key) {
            return OllamaChatModel.builder()
                    .baseUrl(gateway)
                    .customHeaders(bearing(key))
                    .modelName(model)
                    .maxRetries(0)
                    .build();
        }

        @Override
        public StreamingChatModel streaming() {
            return OllamaStreamingChatModel.builder()
                    .baseUrl(gateway)
                    .customHeaders(bearing(Samples.KEY))
                    .modelName(ClientFleet.CHAT)
                    .build();
        }

        @Override
        public EmbeddingModel embeddings() {
            return OllamaEmbeddingModel.builder()
                    .baseUrl(gateway)
                    .customHeaders(bearing(Samples.KEY))
                    .modelName(ClientFleet.EMBED)
                    .maxRetries(0)
                    .build();
        }

        @Override
        public String broken() {
            return "raises OllamaStreamingException";
        }

        private static Map<String, String> bearing(String key) {
            return Map.of("Authorization", "Bearer " + key);
        }
    }
}
