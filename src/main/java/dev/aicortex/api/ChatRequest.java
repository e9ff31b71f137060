package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is asked; immutable. {@link #builder} makes one:
 *
 * {@snippet :
 * ChatRequest request =
 *         ChatRequest.builder("llama3.2:3b")
 *                 .system("Answer in one sentence.")
 *                 .user("Why is the sky blue?")
 *                 .temperature(0.2)
 *                 .build();
 * }
 *
 * @param model its name, in any spelling that a server knows
 * @param messages the conversation so far, in order; at least one
 * @param format the word {@code json}, or the JSON schema that the answer must satisfy
 * @param options how the answer is drawn, by Ollama's names
 * @param tools functions that the model may ask for
 * @param keepAlive how long the model then stays loaded; the server decides when absent
 * @param thinking whether it thinks first; the model decides when absent
 * @param server the only server that may be asked; any when absent
 */
public record ChatRequest(
        String model,
        List<Message> messages,
        Optional<JsonNode> format,
        Map<String, JsonNode> options,
        List<Tool> tools,
        Optional<KeepAlive> keepAlive,
        Optional<Thinking> thinking,
        Optional<ServerUrl> server) {
    /** Refuses what no server could make sense of, with a {@link ValidationException}. */
    public ChatRequest {
        if (model.isBlank()) {
            throw ValidationException.of(
                    "model", model, "is blank", "name a model such as llama3.2:3b");
        }
        if (messages.isEmpty()) {
            throw ValidationException.of(
                    "messages", messages, "has nothing to answer", "add user(…)");
        }
        options.forEach(OptionRange::check);
        if (server.flatMap(ServerUrl::authorization).isPresent()) {
            // the connection to a server is everybody's; so are its credentials
            throw ValidationException.of(
                    "server",
                    server.get(),
                    "was given with a user and password",
                    "leave them out; the gateway takes those of cortex.servers");
        }
        messages = List.copyOf(messages);
        format = format.map(schema -> schema.<JsonNode>deepCopy());
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        tools = List.copyOf(tools);
    }

    /** The shortest request there is. */
    public static ChatRequest of(String model, String prompt) {
        return builder(model).user(prompt).build();
    }

    /** A request to this model, still without a message. */
    public static ChatRequestBuilder builder(String model) {
        return new ChatRequestBuilder(model);
    }

    /** What a sampling option may be; Ollama takes anything and answers with nonsense or a 500. */
    private record OptionRange(double least, double most, boolean whole) {
        private static final double ANY = Integer.MAX_VALUE;

        /** The meanings are those of Ollama's Modelfile reference; other options pass. */
        private static final Map<String, OptionRange> KNOWN =
                Map.of(
                        "temperature", new OptionRange(0, 2, false),
                        "top_p", new OptionRange(0, 1, false),
                        "top_k", new OptionRange(0, ANY, true),
                        "min_p", new OptionRange(0, 1, false),
                        "seed", new OptionRange(Integer.MIN_VALUE, ANY, true),
                        "num_ctx", new OptionRange(1, ANY, true),
                        "num_predict", new OptionRange(-2, ANY, true),
                        "repeat_penalty", new OptionRange(0, 10, false));

        static void check(String name, JsonNode value) {
            if (name.isBlank()) {
                throw ValidationException.of("options", name, "is no name", "name the option");
            }
            OptionRange range = KNOWN.get(name);
            if (range != null && !range.holds(value)) {
                throw ValidationException.of(
                        name, value.asText(), "is out of range", "choose " + range.text());
            }
        }

        private boolean holds(JsonNode value) {
            boolean kind = whole ? value.isIntegralNumber() : value.isNumber();
            return kind && value.doubleValue() >= least && value.doubleValue() <= most;
        }

        private String text() {
            String kind = whole ? "a whole number" : "a number";
            return most == ANY
                    ? "%s of at least %d".formatted(kind, (long) least)
                    : "%s from %d to %d".formatted(kind, (long) least, (long) most);
        }
    }
}
