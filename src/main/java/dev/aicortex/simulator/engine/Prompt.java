package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * What a model is asked, flattened to one text.
 *
 * @param overhead tokens that a chat template adds
 * @param characters of roles and contents, from which the Anthropic route guesses before it knows
 * @param begun what of its answer has been said already; empty when nothing
 */
public record Prompt(String text, int overhead, int characters, String begun) {
    private static final int A_MESSAGE = 4;
    private static final int A_CHAT = 5;

    private Prompt(String text, int overhead, int characters) {
        this(text, overhead, characters, "");
    }

    /** A text that is wrapped as one user message. */
    public static Prompt ofText(String text) {
        return new Prompt(text, A_CHAT + A_MESSAGE, text.length());
    }

    /** A text that reaches the model as it is. */
    public static Prompt raw(String text) {
        return new Prompt(text, 1, text.length());
    }

    /** Messages whose content is a text or a list of parts with a text. */
    public static Prompt ofMessages(JsonNode messages) {
        StringBuilder text = new StringBuilder();
        int roles = 0;
        for (JsonNode message : messages) {
            roles += message.path("role").asText("").length();
            append(text, message.path("content"));
        }
        return new Prompt(
                text.toString(), A_CHAT + A_MESSAGE * messages.size(), roles + text.length());
    }

    /** The same, where a last message of the assistant is gone on with, as native chats are. */
    public static Prompt ofChat(JsonNode messages) {
        JsonNode last = messages.path(messages.size() - 1);
        if (!last.path("role").asText("").equals("assistant")) {
            return ofMessages(messages);
        }
        ArrayNode asked = messages.deepCopy();
        asked.remove(messages.size() - 1);
        Prompt prompt = ofMessages(asked);
        String begun = last.path("content").asText("");
        return new Prompt(prompt.text, prompt.overhead, prompt.characters + begun.length(), begun);
    }

    /** A text, or a list of messages. */
    public static Prompt ofEither(JsonNode input) {
        return input.isArray() ? ofMessages(input) : ofText(input.asText(""));
    }

    public int tokens() {
        return overhead + words(text) + Words.drawnFor(text, begun);
    }

    public int guessedTokens() {
        return characters / 4;
    }

    /** One text after the other, as messages are flattened. */
    static String joined(String one, String other) {
        return one.isEmpty() ? other : one + " " + other;
    }

    private static void append(StringBuilder text, JsonNode content) {
        if (content.isTextual()) {
            text.append(text.isEmpty() ? "" : " ").append(content.asText());
        } else {
            content.forEach(part -> append(text, part.path("text")));
        }
    }

    static int words(String text) {
        int words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean letter = text.charAt(i) > ' ';
            words += letter && !inside ? 1 : 0;
            inside = letter;
        }
        return words;
    }
}
