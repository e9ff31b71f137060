package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of a chat completion, natively. A part of a content becomes a message of its own, as
 * Ollama's {@code /v1} makes it, so that the model sees the same prompt either way.
 */
final class ChatMessages {
    private final Asked asked;
    private final List<Fields> messages;
    private final ToolNames toolNames = new ToolNames();

    ChatMessages(Asked asked) {
        this.asked = asked;
        this.messages = asked.fields().objects("messages");
    }

    ArrayNode all() throws IOException {
        if (messages.isEmpty()) {
            throw new ValidationException("'messages' is empty; send at least one message");
        }
        for (Fields message : messages) {
            rememberTools(message);
        }
        ArrayNode all = Json.array();
        for (Fields message : messages) {
            all.addAll(natively(message));
        }
        return all;
    }

    private void rememberTools(Fields message) {
        for (Fields call : message.objects("tool_calls")) {
            toolNames.remember(call.word("id"), call.object("function").word("name"));
        }
    }

    private List<ObjectNode> natively(Fields message) throws IOException {
        List<ObjectNode> parts = content(message);
        ObjectNode last = parts.getLast();
        if (message.has("reasoning")) {
            last.set("thinking", message.text("reasoning"));
        }
        JsonNode calls = calls(message);
        if (!calls.isEmpty()) {
            last.set("tool_calls", calls);
        }
        if (message.word("role").equals("tool")) {
            nameTool(message, last);
        }
        return parts;
    }

    private List<ObjectNode> content(Fields message) {
        JsonNode content = message.get("content");
        if (Fields.isText(content)) {
            return List.of(saidBy(message).set("content", content));
        }
        if (content.isArray()) {
            return parts(message);
        }
        if (content.isMissingNode() && message.has("tool_calls")) {
            return List.of(saidBy(message).put("content", ""));
        }
        throw new ValidationException(
                "'%s' must be a string or a list of parts; it may be absent only beside tool_calls"
                        .formatted(message.at("content")));
    }

    private static List<ObjectNode> parts(Fields message) {
        List<ObjectNode> parts = new ArrayList<>();
        for (Fields part : message.objects("content")) {
            parts.add(part(message, part));
        }
        return parts.isEmpty() ? List.of(saidBy(message).put("content", "")) : parts;
    }

    private static ObjectNode part(Fields message, Fields part) {
        ObjectNode alone = saidBy(message);
        switch (part.word("type")) {
            case "text" -> alone.set("content", Texts.orEmpty(part.text("text")));
            case "image_url" ->
                    alone.put("content", "").set("images", Json.array().add(image(part)));
            default ->
                    throw ValidationException.of(
                            part.at("type"),
                            part.word("type"),
                            "is no part that a server reads",
                            "send parts of the types text and image_url");
        }
        return alone;
    }

    private static JsonNode image(Fields part) {
        JsonNode value = part.get("image_url");
        return Fields.isText(value)
                ? Images.ofUrl(value, part.at("image_url"))
                : Images.ofUrl(part.object("image_url").text("url"), part.at("image_url.url"));
    }

    private static ObjectNode saidBy(Fields message) {
        return Json.object().put("role", Role.natively(message.word("role")));
    }

    private ArrayNode calls(Fields message) throws IOException {
        ArrayNode calls = Json.array();
        for (Fields call : message.objects("tool_calls")) {
            Fields function = call.object("function");
            calls.add(
                    ToolCalls.natively(
                            call.word("id"),
                            function.word("name"),
                            ToolArguments.object(function, asked.texts())));
        }
        return calls;
    }

    private void nameTool(Fields message, ObjectNode answer) {
        String id = message.word("tool_call_id");
        String told = message.word("name");
        String name = told.isEmpty() ? toolNames.of(id) : told;
        ToolCalls.answers(answer, id, name);
    }
}
