package dev.aicortex.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a {@link ChatRequest}, step by step. What no server could use is refused with a {@link
 * ValidationException} that names the field, the value and the remedy; options by {@link #build}.
 */
public final class ChatRequestBuilder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String model;
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, JsonNode> options = new LinkedHashMap<>();
    private final List<Tool> tools = new ArrayList<>();
    private Optional<Message> system = Optional.empty();
    private Optional<JsonNode> format = Optional.empty();
    private Optional<KeepAlive> keepAlive = Optional.empty();
    private Optional<Thinking> thinking = Optional.empty();
    private Optional<ServerUrl> server = Optional.empty();

    ChatRequestBuilder(String model) {
        this.model = model;
    }

    /** The system prompt; it becomes the first message, wherever it is set. */
    public ChatRequestBuilder system(String prompt) {
        system = Optional.of(Message.system(prompt));
        return this;
    }

    /** Adds what the user says and shows. */
    public ChatRequestBuilder user(String prompt, Image... images) {
        return message(Message.user(prompt, images));
    }

    /** Adds what the model said earlier. */
    public ChatRequestBuilder assistant(String text) {
        return message(Message.assistant(text));
    }

    /** Adds what a call of {@code tool} gave. */
    public ChatRequestBuilder toolResult(String tool, String result) {
        return message(Message.tool(tool, result));
    }

    public ChatRequestBuilder message(Message message) {
        messages.add(message);
        return this;
    }

    public ChatRequestBuilder messages(Collection<Message> all) {
        messages.addAll(all);
        return this;
    }

    /** JSON mode: the answer is one JSON document. Say so in the prompt too. */
    public ChatRequestBuilder json() {
        format = Optional.of(JsonNodeFactory.instance.textNode("json"));
        return this;
    }

    /** The answer is a JSON document that satisfies this schema. */
    public ChatRequestBuilder jsonSchema(JsonNode schema) {
        if (!schema.isObject()) {
            throw ValidationException.of(
                    "format", schema, "is no JSON schema", "give an object, or call json()");
        }
        format = Optional.of(schema.deepCopy());
        return this;
    }

    /** 0 (always the likeliest token) to 2; otherwise the model's own, or Ollama's 0.8. */
    public ChatRequestBuilder temperature(double value) {
        return option("temperature", value);
    }

    /** Only the likeliest tokens that together have this probability, 0 to 1. */
    public ChatRequestBuilder topP(double value) {
        return option("top_p", value);
    }

    /** Only so many of the likeliest tokens; 0 for all. */
    public ChatRequestBuilder topK(int value) {
        return option("top_k", value);
    }

    /** Only tokens at least this probable, relative to the likeliest one, 0 to 1. */
    public ChatRequestBuilder minP(double value) {
        return option("min_p", value);
    }

    /** The same seed gives the same answer to the same request. */
    public ChatRequestBuilder seed(int value) {
        return option("seed", value);
    }

    /** The context's length in tokens, prompt and answer together; more loads anew. */
    public ChatRequestBuilder numCtx(int tokens) {
        return option("num_ctx", tokens);
    }

    /** The answer's length in tokens at the most; -1 for no limit, -2 until the context is full. */
    public ChatRequestBuilder numPredict(int tokens) {
        return option("num_predict", tokens);
    }

    /** The answer ends before the first of these texts. */
    public ChatRequestBuilder stop(String... texts) {
        if (List.of(texts).contains("")) {
            throw ValidationException.of("stop", "", "is empty", "leave it out");
        }
        return option("stop", texts);
    }

    /** Above 1 makes repetitions less likely, below 1 likelier; 0 to 10. */
    public ChatRequestBuilder repeatPenalty(double value) {
        return option("repeat_penalty", value);
    }

    /** Any option by Ollama's name for it, with a value that Jackson can write. */
    public ChatRequestBuilder option(String name, Object value) {
        options.put(name, JSON.valueToTree(value));
        return this;
    }

    /** Several options by Ollama's names. */
    public ChatRequestBuilder options(Map<String, Object> all) {
        all.forEach(this::option);
        return this;
    }

    /** Functions that the model may ask for. */
    public ChatRequestBuilder tools(Tool... all) {
        tools.addAll(List.of(all));
        return this;
    }

    /** How long the model stays loaded after the answer; zero unloads it at once. */
    public ChatRequestBuilder keepAlive(Duration time) {
        keepAlive = Optional.of(KeepAlive.of(time));
        return this;
    }

    /** The model stays loaded. */
    public ChatRequestBuilder keepAliveForever() {
        keepAlive = Optional.of(KeepAlive.FOREVER);
        return this;
    }

    public ChatRequestBuilder thinking(boolean on) {
        return thinking(on ? Thinking.ON : Thinking.OFF);
    }

    public ChatRequestBuilder thinking(Thinking level) {
        thinking = Optional.of(level);
        return this;
    }

    /** Only this server of the fleet or the catalogue is asked, which is checked on sending. */
    public ChatRequestBuilder server(String url) {
        server = Optional.of(ServerUrl.of(url, "server"));
        return this;
    }

    /** The request, which is valid as far as it can be told without the fleet. */
    public ChatRequest build() {
        List<Message> all = new ArrayList<>(messages);
        system.ifPresent(all::addFirst);
        return new ChatRequest(model, all, format, options, tools, keepAlive, thinking, server);
    }
}
