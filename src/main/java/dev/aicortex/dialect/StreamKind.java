package dev.aicortex.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a stream of each kind begins and ends with, how a break is told in it, and what keeps it
 * alive.
 */
public enum StreamKind {
    OPENAI_SSE {
        @Override
        public boolean terminal(EventScan event) {
            return event.doneMark();
        }

        @Override
        public boolean says(JsonNode event) {
            JsonNode choices = event.path("choices");
            if (!choices.isArray()) {
                return true;
            }
            for (JsonNode choice : choices) {
                if (choice.hasNonNull("finish_reason")
                        || filled(choice.path("text"))
                        || hasMoreThan(ROLE, choice.path("delta"))) {
                    return true;
                }
            }
            return false;
        }

        @Override
        JsonObject error(String message, String code) {
            return new JsonObject().put("error", openAiError(message, code));
        }
    },

    /** Of {@code /v1/responses}. */
    RESPONSES_SSE {
        private static final Set<String> ENDS =
                Set.of("response.completed", "response.incomplete", "response.failed");
        private static final Set<String> ANNOUNCEMENTS =
                Set.of(
                        "response.created",
                        "response.queued",
                        "response.in_progress",
                        "response.content_part.added",
                        "response.reasoning_summary_part.added");

        @Override
        public boolean terminal(EventScan event) {
            return ENDS.contains(event.type());
        }

        @Override
        public boolean says(JsonNode event) {
            String type = event.path("type").asText();
            String item = event.path("item").path("type").asText();
            boolean empty =
                    type.equals("response.output_item.added")
                            && (item.equals("message") || item.equals("reasoning"));
            return !empty && !ANNOUNCEMENTS.contains(type);
        }

        @Override
        public Optional<String> failure(JsonNode event) {
            return switch (event.path("type").asText()) {
                case "response.failed" ->
                        Optional.of(event.path("response").path("error").path("message").asText());
                case "error" ->
                        StreamKind.error(event)
                                .or(() -> Optional.of(event.path("message").asText()));
                default -> event.has("type") ? Optional.empty() : StreamKind.error(event);
            };
        }

        @Override
        JsonObject error(String message, String code) {
            return new JsonObject()
                    .put("type", "error")
                    .put("code", code)
                    .put("message", message)
                    .putNull("param")
                    .put("error", openAiError(message, code));
        }
    },

    /** Of {@code /v1/audio/transcriptions}. */
    TRANSCRIPT_SSE {
        @Override
        public boolean terminal(EventScan event) {
            return event.type().equals("transcript.text.done") || event.doneMark();
        }

        @Override
        public boolean says(JsonNode event) {
            return true;
        }

        @Override
        JsonObject error(String message, String code) {
            return OPENAI_SSE.error(message, code);
        }
    },

    ANTHROPIC_SSE {
        @Override
        public boolean terminal(EventScan event) {
            return event.type().equals("message_stop");
        }

        @Override
        public boolean says(JsonNode event) {
            return switch (event.path("type").asText()) {
                case "ping", "message_start" -> false;
                case "content_block_start" -> hasMoreThan(TYPE, event.path("content_block"));
                default -> true;
            };
        }

        @Override
        JsonObject error(String message, String code) {
            JsonObject error =
                    new JsonObject()
                            .put("type", "api_error")
                            .put("message", message)
                            .put("code", code);
            return new JsonObject().put("type", "error").put("error", error);
        }

        @Override
        public Buffer heartbeat() {
            return Buffer.buffer("event: ping\ndata: {\"type\": \"ping\"}\n\n");
        }
    },

    OLLAMA_NDJSON {
        private static final Set<String> FRAME =
                Set.of("model", "remote_model", "remote_host", "created_at", "done", "message");

        @Override
        public boolean events() {
            return false;
        }

        @Override
        public boolean terminal(EventScan event) {
            return event.done() || event.status().equals("success");
        }

        @Override
        public boolean says(JsonNode event) {
            return event.path("done").asBoolean()
                    || hasMoreThan(ROLE, event.path("message"))
                    || hasMoreThan(FRAME, event)
                    || !(event.has("message") || event.has("response"));
        }

        @Override
        JsonObject error(String message, String code) {
            return new JsonObject().put("error", message);
        }

        // none: a blank line breaks clients
        @Override
        public Buffer heartbeat() {
            return Buffer.buffer(0);
        }
    };

    /** How a message begins that tells of a break: agents try again by these words. */
    public static final String LOST = "server error: connection lost: ";

    /** What a terminal event or an error has in it, however it is spaced. */
    private static final Map<StreamKind, List<String>> TELLING =
            Map.of(
                    OPENAI_SSE,
                    List.of("\"error\"", "DONE"),
                    RESPONSES_SSE,
                    List.of(
                            "\"error\"",
                            "response.completed",
                            "response.incomplete",
                            "response.failed"),
                    TRANSCRIPT_SSE,
                    List.of("\"error\"", "DONE", "transcript.text.done"),
                    ANTHROPIC_SSE,
                    List.of("\"error\"", "message_stop"),
                    OLLAMA_NDJSON,
                    List.of("\"error\"", "true", "success"));

    private static final Set<String> ROLE = Set.of("role");

    /** A tool call says something by its name. */
    private static final Set<String> TYPE = Set.of("type");

    /**
     * Where, among these events, something stands first that a terminal event or an error has;
     * their length when nothing does.
     */
    public int firstTold(String events) {
        int first = events.length();
        for (String word : TELLING.getOrDefault(this, List.of())) {
            int at = events.indexOf(word, 0, first);
            first = at < 0 ? first : at;
        }
        return first;
    }

    /** Whether it is of server-sent events, else of lines of JSON. */
    public boolean events() {
        return true;
    }

    public String contentType() {
        return events() ? "text/event-stream" : "application/x-ndjson";
    }

    /** Whether the event is this kind's terminal one. */
    public abstract boolean terminal(EventScan event);

    /** Whether the event says anything of an answer; one that only announces it does not. */
    public abstract boolean says(JsonNode event);

    /** The server's words, when the event says that there will be no answer. */
    public Optional<String> failure(JsonNode event) {
        return error(event);
    }

    abstract JsonObject error(String message, String code);

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

    /**
     * What tells a client that there will be no more. A line of NDJSON is a whole one of its
     * endpoint beside: some clients look at nothing else, and then find its end missing.
     *
     * @param model as the client spelt it
     */
    public Buffer errorFrame(Endpoint endpoint, String model, String message, String code) {
        JsonObject error = error(message, code);
        if (events()) {
            return Buffer.buffer("event: error\ndata: " + error + "\n\n");
        }
        JsonObject line = new JsonObject().put("model", model);
        line.put("created_at", Instant.now().toString());
        switch (endpoint) {
            case CHAT ->
                    line.put(
                            "message",
                            new JsonObject().put("role", "assistant").put("content", ""));
            case GENERATE -> line.put("response", "");
            default -> {
                return Buffer.buffer(error + "\n");
            }
        }
        return Buffer.buffer(line.put("done", false).mergeIn(error) + "\n");
    }

    private static JsonObject openAiError(String message, String code) {
        return new JsonObject()
                .put("message", message)
                .put("type", "server_error")
                .putNull("param")
                .put("code", code);
    }

    /** The words of an {@code error}, as a text or as an object with a message. */
    public static Optional<String> error(JsonNode event) {
        JsonNode error = event.path("error");
        if (error.isMissingNode() || error.isNull()) {
            return Optional.empty();
        }
        JsonNode words = error.isObject() ? error.path("message") : error;
        return Optional.of(words.isTextual() ? words.asText() : error.toString());
    }

    private static boolean hasMoreThan(Set<String> names, JsonNode object) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.contains(field.getKey()) && filled(field.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean filled(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING -> false;
            case STRING -> !value.asText().isEmpty();
            case ARRAY, OBJECT -> !value.isEmpty();
            case BINARY, BOOLEAN, NUMBER, POJO -> true;
        };
    }
}
