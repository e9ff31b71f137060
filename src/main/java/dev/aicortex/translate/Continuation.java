package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.Segment;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A chat in plain text, whose answer one server can begin and another one end: what was said so far
 * becomes the assistant's last message, which {@code /api/chat} goes on with.
 *
 * @param endpoint that the client asked
 * @param numCtx the context length in tokens; 0 = the server's own
 * @param model as servers are asked for it
 */
public record Continuation(Endpoint endpoint, int numCtx, String model) {
    private static final String LIMIT = "num_predict";

    /** Whether requests to this endpoint may be such chats. */
    public static boolean possibleAt(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, CHAT_COMPLETIONS, MESSAGES -> true;
            case GENERATE, COMPLETIONS, RESPONSES -> false;
            case EMBED, EMBEDDING, SHOW, EMBEDDINGS, TRANSCRIPTIONS, IMAGES -> false;
        };
    }

    /**
     * Whether the request is such a chat; no, where it cannot be read.
     *
     * @param body the client's
     */
    public boolean possible(InputSource body) throws IOException {
        try {
            ObjectNode chat = natively(body);
            return PlainText.chat(chat) && (endpoint == Endpoint.CHAT || !begun(chat));
        } catch (ValidationException e) {
            return false; // what is wrong with it is the server's to say
        }
    }

    private static boolean begun(ObjectNode chat) {
        return PlainText.role(last(chat)).equals("assistant");
    }

    private static JsonNode last(ObjectNode chat) {
        JsonNode messages = chat.path("messages");
        return messages.path(messages.size() - 1);
    }

    /**
     * The native request for the rest of the answer.
     *
     * @param body the client's, of a {@link #possible} request
     * @return ranges are of the client's body; empty when the answer has as many tokens as it may
     */
    public Optional<List<Segment>> rest(InputSource body, Begun begun) throws IOException {
        ObjectNode chat = natively(body);
        if (!limit(chat, begun.tokens())) {
            return Optional.empty();
        }
        if (!begun.text().isEmpty()) {
            say(begun.text(), chat);
        }
        return Optional.of(SegmentWriter.write(chat));
    }

    private ObjectNode natively(InputSource body) throws IOException {
        ObjectNode tree = BodyTree.read(body);
        Optional<NativeRoute> route = NativeRoute.at(endpoint.path());
        return route.isPresent()
                ? Translation.natively(
                        route.get(),
                        new Asked(new Fields(tree, ""), new LongTexts(body), model, numCtx))
                : prepared(tree);
    }

    /** A native request has most of what it needs; its model may be an alias. */
    private ObjectNode prepared(ObjectNode chat) {
        if (!chat.path("options").isObject()) {
            chat.putObject("options");
        }
        ObjectNode options = (ObjectNode) chat.get("options");
        if (numCtx > 0 && !options.hasNonNull("num_ctx")) {
            options.put("num_ctx", numCtx);
        }
        return chat.put("model", model);
    }

    /** Whether something may follow; then no more than was asked for. */
    private static boolean limit(ObjectNode chat, int said) {
        ObjectNode options = (ObjectNode) chat.get("options");
        long limit = options.path(LIMIT).asLong();
        if (limit > 0) {
            options.put(LIMIT, limit - said);
        }
        return limit <= 0 || limit > said;
    }

    /** A server would put an empty line between two messages of one role. */
    private static void say(String text, ObjectNode chat) {
        JsonNode said = Json.NODES.textNode(text);
        if (begun(chat)) {
            ObjectNode message = (ObjectNode) last(chat);
            message.set("content", Texts.joined(List.of(message.get("content"), said)));
        } else {
            ((ArrayNode) chat.get("messages"))
                    .addObject()
                    .put("role", "assistant")
                    .set("content", said);
        }
    }
}
