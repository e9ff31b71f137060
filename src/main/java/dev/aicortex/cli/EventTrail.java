package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.api.Usage;
import java.util.function.Consumer;

/** Tells a stream of OpenAI's chunks as the events of the typed API. */
final class EventTrail {
    private final Consumer<StreamEvent> reader;
    private final StringBuilder text = new StringBuilder();
    private String model;
    private Usage usage = Usage.UNKNOWN;
    private int tokens;
    private boolean begun;

    /**
     * @param asked the model's name, until a chunk tells it
     */
    EventTrail(String asked, Consumer<StreamEvent> reader) {
        this.model = asked;
        this.reader = reader;
    }

    void add(JsonNode chunk, String content) {
        model = chunk.path("model").asText(model);
        begin();
        if (!content.isEmpty()) {
            text.append(content);
            reader.accept(new StreamEvent.Token(content, tokens++, model));
        }
        if (chunk.path("usage").isObject()) {
            JsonNode counts = chunk.path("usage");
            usage =
                    Usage.tokens(
                            counts.path("prompt_tokens").asInt(),
                            counts.path("completion_tokens").asInt());
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            reader.accept(new StreamEvent.Start(model));
        }
    }

    void ended() {
        begin();
        reader.accept(new StreamEvent.End(model, usage));
    }

    void failed(String why) {
        begin();
        reader.accept(new StreamEvent.Failed(why, text.toString()));
    }
}
