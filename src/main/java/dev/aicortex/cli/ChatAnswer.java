package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.cli.EventReader.Event;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a chat, as it comes.
 *
 * @param server the server that gives it, when the gateway names one
 */
record ChatAnswer(Optional<String> server, EventReader events) implements Closeable {
    /** Hands over each piece of text; returns normally only after the terminal event. */
    void forEachPiece(Consumer<String> reader) {
        for (String data = next(); !data.equals("[DONE]"); data = next()) {
            reader.accept(content(chunk(data)));
        }
    }

    /**
     * Hands over the same as events; the last one is an {@code End}, or a {@code Failed} after
     * which this throws what {@link #forEachPiece} would.
     *
     * @param asked the model's name, for a gateway whose chunks do not tell it
     */
    void forEachEvent(String asked, Consumer<StreamEvent> reader) {
        EventTrail trail = new EventTrail(asked, reader);
        try {
            for (String data = next(); !data.equals("[DONE]"); data = next()) {
                JsonNode chunk = chunk(data);
                trail.add(chunk, content(chunk));
            }
        } catch (CommandException e) {
            trail.failed(e.line());
            throw e;
        }
        trail.ended();
    }

    private String next() {
        Event event = read();
        if (event == null) {
            throw CommandException.incomplete("the stream ended without [DONE]");
        }
        if (event.name().equals("error")) {
            throw failed(event.data());
        }
        return event.data();
    }

    private @Nullable Event read() {
        try {
            return events.next();
        } catch (IOException e) {
            throw CommandException.incomplete(e);
        }
    }

    private JsonNode chunk(String data) {
        JsonNode chunk = Json.parse(data);
        if (chunk.has("error")) {
            throw failed(data);
        }
        if (!chunk.isObject()) {
            next(); // after a chunk that was cut, the error event that tells why
            throw CommandException.incomplete("a part of it is not JSON");
        }
        return chunk;
    }

    private static String content(JsonNode chunk) {
        return chunk.path("choices").path(0).path("delta").path("content").asText("");
    }

    private static CommandException failed(String data) {
        return CommandException.incomplete(Json.errorText(Json.parse(data)).orElse(data));
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
