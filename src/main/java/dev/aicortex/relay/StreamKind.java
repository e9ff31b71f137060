package dev.aicortex.relay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.model.Dialect;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What ends a stream of each kind, and how a break is told in it. DESIGN.md has the table. */
enum StreamKind {
    OPENAI_SSE {
        @Override
        boolean terminal(byte[] line) {
            String text = new String(line, StandardCharsets.UTF_8);
            return text.startsWith("data:") && text.substring(5).strip().equals("[DONE]");
        }

        // The empty line first: it ends an event of which only a part had come.
        @Override
        Buffer errorFrame(String message) {
            JsonObject error =
                    new JsonObject()
                            .put("message", message)
                            .put("type", "server_error")
                            .putNull("param")
                            .put("code", "stream_interrupted");
            return Buffer.buffer(
                    "\nevent: error\ndata: " + new JsonObject().put("error", error) + "\n\n");
        }
    },

    ANTHROPIC_SSE {
        @Override
        boolean terminal(byte[] line) {
            String text = new String(line, StandardCharsets.UTF_8);
            return text.startsWith("data:")
                    && topLevel(
                            text.substring(5).getBytes(StandardCharsets.UTF_8),
                            "type",
                            "message_stop");
        }

        @Override
        Buffer errorFrame(String message) {
            JsonObject error = new JsonObject().put("type", "api_error").put("message", message);
            JsonObject event = new JsonObject().put("type", "error").put("error", error);
            return Buffer.buffer("\nevent: error\ndata: " + event + "\n\n");
        }
    },

    OLLAMA_NDJSON {
        @Override
        boolean terminal(byte[] line) {
            return topLevel(line, "done", "true") || topLevel(line, "status", "success");
        }

        @Override
        Buffer errorFrame(String message) {
            return Buffer.buffer(new JsonObject().put("error", message) + "\n");
        }
    };

    private static final JsonFactory JSON = new JsonFactory();

    /** Whether the line, without its line feed, is this kind's terminal event. */
    abstract boolean terminal(byte[] line);

    abstract Buffer errorFrame(String message);

    /** The kind that a server's content type announces to a client of {@code dialect}. */
    static Framing framing(String contentType, Dialect dialect) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (type.startsWith("text/event-stream")) {
            return new LineFraming(dialect == Dialect.ANTHROPIC ? ANTHROPIC_SSE : OPENAI_SSE);
        }
        return type.startsWith("application/x-ndjson")
                ? new LineFraming(OLLAMA_NDJSON)
                : new WholeFraming();
    }

    /**
     * Whether a field of the outermost object has the value; a nested one of that name does not
     * count.
     */
    private static boolean topLevel(byte[] json, String field, String value) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                parser.nextToken();
                if (wanted) {
                    return value.equals(parser.getText());
                }
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            return false; // half a line is no terminal event
        }
    }
}
