package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.exchange.GoJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model answers, before it is put into any format.
 *
 * @param asked with the call that the answer is, or ends in, if any: its arguments are the last
 *     token
 * @param read what the model read of its prompt
 * @param limited whether the request's limit ended it
 */
public record Answer(Asked asked, Prompt.Read read, List<Token> tokens, boolean limited) {
    /** A piece of an answer's text, with its JSON string made once. */
    public static final class Token {
        private final String text;
        private final byte[] quoted;

        Token(String text) {
            this.text = text;
            this.quoted = GoJson.quoted(text);
        }

        public String text() {
            return text;
        }

        /** The text as a JSON string, quotes included. Shared: not to be changed. */
        public byte[] quoted() {
            return quoted;
        }
    }

    /**
     * Makes up an answer: in the form that was asked for, or words. A limit that is not positive is
     * none.
     *
     * @param text that is said instead of made-up words; empty = none
     */
    static Answer to(
            Asked asked, Prompt.Read read, int usualTokens, int wordsBeforeCall, String text) {
        List<Token> tokens =
                text.isEmpty() || asked.call() != null || asked.format() != null
                        ? tokens(asked, usualTokens, wordsBeforeCall)
                        : Words.spelled(text);
        boolean limited =
                asked.call() == null && asked.limit() > 0 && asked.limit() <= tokens.size();
        List<Token> said = limited ? tokens.subList(0, asked.limit()) : tokens;
        return new Answer(asked, read, said, limited);
    }

    /** Nothing is said: the request only loads its model. */
    public static Answer none(Asked asked) {
        return new Answer(asked, Prompt.Read.NOTHING, List.of(), false);
    }

    /** As the client named it. */
    public String model() {
        return asked.model();
    }

    public @Nullable ToolCall call() {
        return asked.call();
    }

    private static List<Token> tokens(Asked asked, int usualTokens, int wordsBeforeCall) {
        if (asked.call() != null) {
            List<Token> tokens =
                    new ArrayList<>(Words.drawn(asked.prompt().text(), wordsBeforeCall));
            tokens.add(new Token(asked.call().arguments()));
            return tokens;
        }
        return asked.format() == null
                ? Words.drawn(asked.prompt().text(), asked.prompt().begun(), usualTokens)
                : Words.spelled(Words.sample(asked.format()));
    }

    public String text() {
        return text(tokens);
    }

    /** What is said before the call, if there is one. */
    public String words() {
        return call() == null ? text() : text(tokens.subList(0, tokens.size() - 1));
    }

    private static String text(List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> text.append(token.text()));
        return text.toString();
    }

    /** Whether this token is the call's arguments. */
    public boolean isCall(Token token) {
        return call() != null && token == tokens.getLast();
    }

    public int promptTokens() {
        return read.count();
    }

    public int totalTokens() {
        return promptTokens() + tokens.size();
    }

    /** As the native and the OpenAI routes call it. */
    public String reason() {
        return limited ? "length" : "stop";
    }
}
