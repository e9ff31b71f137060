package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** Tells the chats that are text, and are answered in text, from all others. */
final class PlainText {
    private static final Set<String> ROLES = Set.of("system", "user", "assistant");

    /** What makes an answer more than a text, or one that is not said in one go. */
    private static final List<String> MORE_IN_CHATS =
            List.of("tools", "format", "logprobs", "think");

    private static final List<String> MORE_IN_MESSAGES =
            List.of("images", "tool_calls", "thinking");

    private PlainText() {}

    /**
     * Whether a native chat is one. Its fields must be spelt as servers spell them, which is how
     * clients do: they are not looked for in other letter cases.
     */
    static boolean chat(ObjectNode chat) {
        JsonNode messages = chat.path("messages");
        if (!messages.isArray() || messages.isEmpty() || !lowerCase(chat)) {
            return false;
        }
        for (JsonNode message : messages) {
            if (!message(message)) {
                return false;
            }
        }
        return MORE_IN_CHATS.stream().allMatch(field -> nothing(chat.path(field)));
    }

    private static boolean message(JsonNode message) {
        return message.isObject()
                && lowerCase((ObjectNode) message)
                && ROLES.contains(role(message))
                && Fields.isText(message.path("content"))
                && MORE_IN_MESSAGES.stream().allMatch(field -> nothing(message.path(field)));
    }

    static String role(JsonNode message) {
        return message.path("role").asText("");
    }

    private static boolean lowerCase(ObjectNode object) {
        return object.properties().stream()
                .noneMatch(field -> field.getKey().chars().anyMatch(Character::isUpperCase));
    }

    /** Absent, or as good as that. */
    private static boolean nothing(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }
}
