package dev.aicortex.gateway.rewrite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.Segment;
import io.vertx.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chat in plain text, whose answer one server can begin and another one end: what was said so far
 * becomes the assistant's last message, which servers go on with. Only places in the body are kept.
 */
final class PlainChat {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");

    /** What makes an answer more than a text. */
    private static final Set<String> MORE = Set.of("tools", "format", "logprobs", "think");

    private static final Set<String> MORE_IN_MESSAGES = Set.of("images", "tool_calls", "thinking");

    private boolean plain = true;
    private long endOfMessages;
    private long begun;
    private @Nullable Limit limit;

    private record Limit(Segment.Range place, long tokens) {}

    private PlainChat() {}

    /**
     * The chat in a body of {@code /api/chat}; empty when it is not plain. Fields must be spelt as
     * servers spell them, which is how clients do.
     */
    static Optional<PlainChat> in(RequestBody body) throws IOException {
        PlainChat chat = new PlainChat();
        try (InputStream in = body.open();
                JsonParser json = RequestParser.JSON.createParser(in)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                chat.field(json.currentName(), json.nextToken(), json);
            }
        }
        return chat.plain && chat.endOfMessages > 0 ? Optional.of(chat) : Optional.empty();
    }

    private void field(String name, JsonToken value, JsonParser json) throws IOException {
        plain &= name.equals(RequestParser.folded(name));
        if (name.equals("messages") && value == JsonToken.START_ARRAY) {
            messages(json);
        } else if (name.equals("options") && value == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                option(json.currentName(), json.nextToken(), json);
            }
        } else {
            plain &= !MORE.contains(name) || nothing(value, json);
            json.skipChildren();
        }
    }

    private void option(String name, JsonToken value, JsonParser json) throws IOException {
        if (name.equals("num_predict") && value == JsonToken.VALUE_NUMBER_INT) {
            long start = json.currentTokenLocation().getByteOffset();
            long tokens = json.getLongValue(); // reads up to its end
            long end = json.currentLocation().getByteOffset();
            limit = new Limit(new Segment.Range(start, end), tokens);
        } else {
            json.skipChildren();
        }
    }

    private void messages(JsonParser json) throws IOException {
        int messages = 0;
        JsonToken next = json.nextToken();
        while (next != JsonToken.END_ARRAY) {
            plain &= next == JsonToken.START_OBJECT;
            if (next == JsonToken.START_OBJECT) {
                message(json);
            }
            messages++;
            json.skipChildren();
            next = json.nextToken();
        }
        endOfMessages = messages == 0 ? 0 : json.currentTokenLocation().getByteOffset();
    }

    private void message(JsonParser json) throws IOException {
        String role = "";
        long text = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            plain &= name.equals(RequestParser.folded(name));
            if (name.equals("role") && value == JsonToken.VALUE_STRING) {
                role = json.getText();
            } else if (name.equals("content") && value == JsonToken.VALUE_STRING) {
                json.finishToken();
                text = json.currentLocation().getByteOffset() - 1;
            } else {
                plain &= !MORE_IN_MESSAGES.contains(name) || nothing(value, json);
                json.skipChildren();
            }
        }
        begun = role.equals("assistant") ? text : 0;
        plain &= ROLES.contains(role) && text > 0;
    }

    /** Absent, or as good as that. */
    private static boolean nothing(JsonToken value, JsonParser json) throws IOException {
        return switch (value) {
            case VALUE_NULL, VALUE_FALSE -> true;
            case VALUE_STRING -> json.getTextLength() == 0;
            case START_ARRAY, START_OBJECT -> json.nextToken().isStructEnd();
            default -> false;
        };
    }

    /**
     * What has to change for the rest of the answer.
     *
     * @param text what was said so far
     * @param tokens how many it came in
     * @return empty when the answer has as many tokens as it may
     */
    Optional<List<Splice>> rest(String text, int tokens) {
        List<Splice> splices = new ArrayList<>();
        if (limit != null && limit.tokens > 0) {
            if (limit.tokens <= tokens) {
                return Optional.empty();
            }
            splices.add(Splice.replace(limit.place, String.valueOf(limit.tokens - tokens)));
        }
        if (!text.isEmpty()) {
            splices.add(said(Json.encode(text)));
        }
        return Optional.of(splices);
    }

    /** A server would put an empty line between two messages of one role. */
    private Splice said(String quoted) {
        return begun > 0
                ? Splice.insert(begun, quoted.substring(1, quoted.length() - 1))
                : Splice.insert(
                        endOfMessages, ",{\"role\":\"assistant\",\"content\":" + quoted + "}");
    }
}
