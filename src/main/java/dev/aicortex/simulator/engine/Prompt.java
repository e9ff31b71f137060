package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked, flattened to one text.
 *
 * @param parts of the text: its messages, as a rule
 * @param overhead tokens that a chat template adds
 * @param characters of roles and contents, from which the Anthropic route guesses before it knows
 * @param begun what of its answer has been said already; empty when nothing
 */
public record Prompt(String text, List<Part> parts, int overhead, int characters, String begun) {
    /** The fields of messages, parts and items that a template puts into the text. */
    private static final List<String> TELLING =
            List.of("text", "content", "tool_calls", "function", "arguments", "output");

    private static final int A_MESSAGE = 4;
    private static final int A_CHAT = 5;

    /** What a server keeps of the beginning of a prompt that it cuts. */
    private static final int KEPT = 5;

    /**
     * A piece of the prompt.
     *
     * @param lasting whether it stays when the context is too short for all
     */
    record Part(boolean lasting, Tokens tokens) {}

    /**
     * What of a prompt a model reads.
     *
     * @param count of its tokens, as answers tell it
     * @param tokens as the caches know them, without those of a chat template
     */
    public record Read(int count, Tokens tokens) {
        static final Read NOTHING = new Read(0, Tokens.NONE);
    }

    private static Prompt of(String text, int overhead) {
        List<Part> parts = List.of(new Part(true, Tokens.of(text)));
        return new Prompt(text, parts, overhead, text.length(), "");
    }

    /** A text that is wrapped as one user message. */
    public static Prompt ofText(String text) {
        return of(text, A_CHAT + A_MESSAGE);
    }

    /** A text that reaches the model as it is. */
    public static Prompt raw(String text) {
        return of(text, 1);
    }

    /** Messages whose content is a text or a list of parts with a text. */
    public static Prompt ofMessages(JsonNode messages) {
        StringBuilder text = new StringBuilder();
        List<Part> parts = new ArrayList<>();
        int roles = 0;
        for (JsonNode message : messages) {
            String role = message.path("role").asText("");
            int start = text.length();
            append(text, message);
            parts.add(
                    new Part(
                            role.equals("system"),
                            Tokens.of(text.subSequence(start, text.length()))));
            roles += role.length();
        }
        return new Prompt(
                text.toString(),
                parts,
                A_CHAT + A_MESSAGE * messages.size(),
                roles + text.length(),
                "");
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
        return new Prompt(
                prompt.text,
                prompt.parts,
                prompt.overhead,
                prompt.characters + begun.length(),
                begun);
    }

    /** A text, or a list of messages. */
    public static Prompt ofEither(JsonNode input) {
        return input.isArray() ? ofMessages(input) : ofText(input.asText(""));
    }

    /** The same behind what a template puts before all messages. */
    public Prompt behind(JsonNode system, JsonNode tools) {
        StringBuilder front = new StringBuilder();
        append(front, system);
        if (!tools.isEmpty()) {
            append(front, TextNode.valueOf(tools.toString()));
        }
        if (front.isEmpty()) {
            return this;
        }
        List<Part> all = new ArrayList<>(List.of(new Part(true, Tokens.of(front))));
        all.addAll(parts);
        return new Prompt(front + " " + text, all, overhead, characters + front.length(), begun);
    }

    public int tokens() {
        int words = parts.stream().mapToInt(part -> part.tokens().size()).sum();
        return overhead + words + Words.drawnFor(text, begun);
    }

    public int guessedTokens() {
        return characters / 4;
    }

    /** Without its oldest messages, as many as it takes to fit a context, or all but the last. */
    Prompt recent(int contextLength) {
        Prompt left = this;
        for (int first = 1; first < parts.size() && left.tokens() > contextLength; first++) {
            left = from(first);
        }
        return left;
    }

    /** The lasting parts before this one, and all from it on. */
    private Prompt from(int first) {
        List<Part> left = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (i >= first || parts.get(i).lasting()) {
                left.add(parts.get(i));
            }
        }
        int dropped = parts.size() - left.size();
        return new Prompt(text, left, overhead - A_MESSAGE * dropped, characters, begun);
    }

    /** All of it; when its context is too short, nothing but the count tells. */
    Read whole(int contextLength) {
        return new Read(Math.min(tokens(), contextLength), said());
    }

    /** Its end, about half a context long. */
    Read half(int contextLength) {
        int length = contextLength - Math.max(1, (contextLength - KEPT) / 2);
        return new Read(length, said().last(length));
    }

    private Tokens said() {
        List<Tokens> all = new ArrayList<>(parts.stream().map(Part::tokens).toList());
        if (!begun.isEmpty()) {
            all.add(Tokens.of(begun));
        }
        return Tokens.joined(all);
    }

    private static void append(StringBuilder text, JsonNode said) {
        if (said.isTextual()) {
            text.append(text.isEmpty() ? "" : " ").append(said.asText());
        } else if (said.isArray()) {
            said.forEach(one -> append(text, one));
        } else if (said.isObject()) {
            TELLING.forEach(name -> append(text, said.path(name)));
        }
    }

    static int words(String text) {
        return Tokens.of(text).size();
    }
}
