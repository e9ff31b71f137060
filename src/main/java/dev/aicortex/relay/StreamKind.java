package dev.aicortex.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Endpoint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What ends a stream of each kind, how a break is told in it, and what keeps it alive. */
public enum StreamKind {
    OPENAI_SSE {
        @Override
        boolean terminal(byte[] line) {
            return data(line).filter(data -> data.equals("[DONE]")).isPresent();
        }

        @Override
        public Buffer errorFrame(String message, String code) {
            return event(new JsonObject().put("error", openAiError(message, code)));
        }
    },

    /** Of {@code /v1/responses}. */
    RESPONSES_SSE {
        private static final Set<String> ENDS =
                Set.of("response.completed", "response.incomplete", "response.failed");

        @Override
        boolean terminal(byte[] line) {
            return typeIn(line, ENDS);
        }

        @Override
        public Buffer errorFrame(String message, String code) {
            return event(
                    new JsonObject()
                            .put("type", "error")
                            .put("code", code)
                            .put("message", message)
                            .putNull("param")
                            .put("error", openAiError(message, code)));
        }
    },

    /** Of {@code /v1/audio/transcriptions}. */
    TRANSCRIPT_SSE {
        private static final Set<String> ENDS = Set.of("transcript.text.done");

        @Override
        boolean terminal(byte[] line) {
            return typeIn(line, ENDS) || OPENAI_SSE.terminal(line);
        }

        @Override
        public Buffer errorFrame(String message, String code) {
            return OPENAI_SSE.errorFrame(message, code);
        }
    },

    ANTHROPIC_SSE {
        private static final Set<String> ENDS = Set.of("message_stop");

        @Override
        boolean terminal(byte[] line) {
            return typeIn(line, ENDS);
        }

        @Override
        public Buffer errorFrame(String message, String code) {
            JsonObject error =
                    new JsonObject()
                            .put("type", "api_error")
                            .put("message", message)
                            .put("code", code);
            return event(new JsonObject().put("type", "error").put("error", error));
        }

        @Override
        public Buffer heartbeat() {
            return Buffer.buffer("event: ping\ndata: {\"type\": \"ping\"}\n\n");
        }
    },

    OLLAMA_NDJSON {
        @Override
        boolean terminal(byte[] line) {
            return topLevel(line, "done", Set.of("true"))
                    || topLevel(line, "status", Set.of("success"));
        }

        @Override
        public Buffer errorFrame(String message, String code) {
            return Buffer.buffer(new JsonObject().put("error", message) + "\n");
        }

        @Override
        boolean failure(byte[] line) {
            return isObjectWith(line, "error");
        }

        // none: a blank line breaks clients
        @Override
        public Buffer heartbeat() {
            return Buffer.buffer(0);
        }
    };

    private static final JsonFactory JSON = new JsonFactory();

    /** Whether the line, without its line feed, is this kind's terminal event. */
    abstract boolean terminal(byte[] line);

    /** Whether it tells a client that there will be no more, in the server's own words. */
    boolean failure(byte[] line) {
        return false;
    }

    /** What tells a client that there will be no more. */
    public abstract Buffer errorFrame(String message, String code);

    /** What shows a client that its request is being worked on; empty where nothing may. */
    public Buffer heartbeat() {
        return Buffer.buffer(": waiting for the model\n\n");
    }

    /** The kind of the streams of server-sent events at an endpoint. */
    public static StreamKind events(Endpoint endpoint) {
        return switch (endpoint) {
            case MESSAGES -> ANTHROPIC_SSE;
            case RESPONSES -> RESPONSES_SSE;
            case TRANSCRIPTIONS -> TRANSCRIPT_SSE;
            case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS, IMAGES -> OPENAI_SSE;
            case CHAT, GENERATE, EMBED, EMBEDDING, SHOW -> OPENAI_SSE;
        };
    }

    /** The kind of the streams at an endpoint. */
    public static StreamKind of(Endpoint endpoint) {
        return endpoint.events() ? events(endpoint) : OLLAMA_NDJSON;
    }

    /** How an answer of this content type is cut. */
    static Framing framing(String contentType, Endpoint endpoint) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            return new LineFraming(events(endpoint));
        }
        if (type.startsWith("application/x-ndjson")) {
            return new LineFraming(OLLAMA_NDJSON);
        }
        return type.startsWith("application/json") ? new WholeFraming() : new TextFraming();
    }

    private static JsonObject openAiError(String message, String code) {
        return new JsonObject()
                .put("message", message)
                .put("type", "server_error")
                .putNull("param")
                .put("code", code);
    }

    /** The empty line first: it ends an event of which only a part had come. */
    private static Buffer event(JsonObject data) {
        return Buffer.buffer("\nevent: error\ndata: " + data + "\n\n");
    }

    private static Optional<String> data(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        return text.startsWith("data:")
                ? Optional.of(text.substring("data:".length()).strip())
                : Optional.empty();
    }

    private static boolean typeIn(byte[] line, Set<String> types) {
        return data(line)
                .map(data -> data.getBytes(StandardCharsets.UTF_8))
                .filter(json -> topLevel(json, "type", types))
                .isPresent();
    }

    /**
     * Whether a field of the outermost object has one of the values; a nested one of that name does
     * not count.
     */
    private static boolean topLevel(byte[] json, String field, Set<String> values) {
        return topLevel(json, field).filter(values::contains).isPresent();
    }

    private static boolean isObjectWith(byte[] json, String field) {
        return topLevel(json, field).isPresent();
    }

    /** The text of a field of the outermost object; empty when half a line has no such field. */
    private static Optional<String> topLevel(byte[] json, String field) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                parser.nextToken();
                if (wanted) {
                    return Optional.ofNullable(parser.getText());
                }
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
