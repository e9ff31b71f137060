package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.api.Usage;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The answer to a chat, as it comes: OpenAI's chunks as events of the typed API. */
final class ChatAnswer implements Closeable {
    /** Bytes of one event, about: more than any answer has. */
    private static final int LONGEST_EVENT = 64 << 20;

    private final Optional<String> server;
    private final EventReader stream;
    private final StringBuilder text = new StringBuilder();
    private String model;
    private boolean begun;

    /**
     * @param asked the model's name, until a chunk tells it
     * @param server the server that answers, when the gateway names one
     */
    ChatAnswer(String asked, Optional<String> server, InputStream stream) {
        this.model = asked;
        this.server = server;
        this.stream = new EventReader(stream, LONGEST_EVENT);
    }

    Optional<String> server() {
        return server;
    }

    /** Hands over each piece of text; returns normally only after the terminal event. */
    void forEachPiece(Consumer<String> reader) {
        forEachEvent(event -> {
            if (event instanceof StreamEvent.Token token) {
                reader.accept(token.content());
            }
        });
    }

    /** Hands over the events; the last is an {@code End}, or a {@code Failed} before it throws. */
    void forEachEvent(Consumer<StreamEvent> reader) {
        Usage usage = Usage.UNKNOWN;
        int tokens = 0;
        try {
            for (String data = next(); !data.equals("[DONE]"); data = next()) {
                JsonNode chunk = chunk(data);
                model = chunk.path("model").asText(model);
                begin(reader);
                String content = chunk.at("/choices/0/delta/content").asText("");
                if (!content.isEmpty()) {
                    text.append(content);
                    reader.accept(new StreamEvent.Token(content, tokens++, model));
                }
                JsonNode counts = chunk.path("usage");
                if (counts.isObject()) {
                    int prompt = counts.path("prompt_tokens").asInt();
                    usage = Usage.tokens(prompt, counts.path("completion_tokens").asInt());
                }
            }
        } catch (CommandException e) {
            begin(reader);
            reader.accept(new StreamEvent.Failed(String.valueOf(e.getMessage()), text.toString()));
            throw e;
        }
        begin(reader);
        reader.accept(new StreamEvent.End(model, usage));
    }

    private void begin(Consumer<StreamEvent> reader) {
        if (!begun) {
            begun = true;
            reader.accept(new StreamEvent.Start(model));
        }
    }

    private String next() {
        EventReader.Event event;
        try {
            event = stream.next();
        } catch (IOException e) {
            throw incomplete("the connection broke (" + CortexClient.described(e) + ")");
        }
        if (event == null) {
            throw incomplete("the stream ended without [DONE]");
        }
        if (event.name().equals("error")) {
            throw failed(event.data());
        }
        return event.data();
    }

    private JsonNode chunk(String data) {
        JsonNode chunk = Json.parse(data);
        if (chunk.has("error")) {
            throw failed(data);
        }
        if (!chunk.isObject()) {
            next(); // after a chunk that was cut, the error event that tells why
            throw incomplete("a part of it is not JSON");
        }
        return chunk;
    }

    private static CommandException failed(String data) {
        return incomplete(Json.errorText(data).orElse(data));
    }

    private static CommandException incomplete(String reason) {
        return new CommandException("the answer is incomplete: " + reason + "; ask again");
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Reads server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html. */
    static final class EventReader implements Closeable {
        private static final String UNNAMED = "message";

        private final BufferedReader lines;

        /** Bytes that came since the last event or empty line. */
        private int held;

        private String id = "";

        /**
         * One of them.
         *
         * @param id as it was last told; empty where none was
         */
        record Event(String id, String name, String data) {}

        EventReader(InputStream stream, int longest) {
            InputStream limited =
                    new FilterInputStream(stream) {
                        @Override
                        public int read(byte[] bytes, int offset, int length) throws IOException {
                            int count = super.read(bytes, offset, length);
                            held += Math.max(count, 0);
                            if (held > longest) {
                                throw new IOException("an event of the stream has no end");
                            }
                            return count;
                        }
                    };
            lines = new BufferedReader(new InputStreamReader(limited, StandardCharsets.UTF_8));
        }

        /**
         * The next event that has data, or null at the end. Looser than the standard: the last one
         * counts without its empty line, because some servers end on {@code data: [DONE]}.
         */
        @Nullable Event next() throws IOException {
            String name = UNNAMED;
            List<String> data = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    data.add(value(line));
                } else if (line.startsWith("event:")) {
                    name = value(line);
                } else if (line.startsWith("id:")) {
                    id = value(line);
                } else if (line.isEmpty()) {
                    held = 0;
                    if (!data.isEmpty()) {
                        break;
                    }
                    name = UNNAMED;
                }
            }
            return data.isEmpty() ? null : new Event(id, name, String.join("\n", data));
        }

        private static String value(String line) {
            String value = line.substring(line.indexOf(':') + 1);
            return value.startsWith(" ") ? value.substring(1) : value;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
