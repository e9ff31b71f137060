package dev.aicortex.dialect;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * What the gateway says of a wait, as a thought in the stream of an answer that has not begun:
 * {@code [AI Cortex: third in line]}. Programs know it by {@code "cortex":{"progress":true}} beside
 * the thought; the gateway knows it by how it begins when a client sends it back.
 */
public final class WaitNote {
    public static final String BEGIN = "[AI Cortex: ";
    public static final char END = ']';

    private WaitNote() {}

    /**
     * Whether a stream has room for it. Those of {@code /v1/messages} and {@code /v1/responses}
     * begin with what only the server knows and number their parts; {@code /v1/completions} has no
     * thoughts.
     */
    public static boolean fits(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, GENERATE, CHAT_COMPLETIONS -> true;
            case COMPLETIONS,
                    RESPONSES,
                    MESSAGES,
                    EMBED,
                    EMBEDDING,
                    SHOW,
                    EMBEDDINGS,
                    TRANSCRIPTIONS,
                    IMAGES ->
                    false;
        };
    }

    /**
     * An event or a line of an endpoint that has room for it. The delta of an event has no role:
     * clients put the roles of a stream together, and the server's own is to come.
     *
     * @param id the request's
     * @param model as the client spelt it
     */
    public static Buffer frame(
            Endpoint endpoint, String id, Instant since, String model, String words) {
        String thought = BEGIN + words.replace(END, ')') + END + '\n';
        if (endpoint == Endpoint.CHAT_COMPLETIONS) {
            return Buffer.buffer("data: " + marked(chunk(id, since, model, thought)) + "\n\n");
        }
        JsonObject line = new JsonObject().put("model", model).put("created_at", since.toString());
        if (endpoint == Endpoint.CHAT) {
            line.put(
                    "message",
                    new JsonObject()
                            .put("role", "assistant")
                            .put("content", "")
                            .put("thinking", thought));
        } else {
            line.put("response", "").put("thinking", thought);
        }
        return Buffer.buffer(marked(line.put("done", false)) + "\n");
    }

    private static JsonObject chunk(String id, Instant since, String model, String thought) {
        JsonObject choice =
                new JsonObject()
                        .put("index", 0)
                        .put("delta", new JsonObject().put("content", "").put("reasoning", thought))
                        .putNull("finish_reason");
        return new JsonObject()
                .put("id", "chatcmpl-" + id)
                .put("object", "chat.completion.chunk")
                .put("created", since.getEpochSecond())
                .put("model", model)
                .put("choices", new JsonArray().add(choice));
    }

    private static JsonObject marked(JsonObject event) {
        return event.put("cortex", new JsonObject().put("progress", true));
    }
}
