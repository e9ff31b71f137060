package dev.aicortex.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model answers, before it is put into any format.
 *
 * @param model as the client named it
 * @param contextLength in tokens; a longer prompt was cut to it, and only its count tells
 * @param limited whether the request's limit ended it
 */
record Answer(String model, Prompt prompt, int contextLength, List<Token> tokens, boolean limited) {
    /**
     * Makes up an answer: in the form that was asked for, or words. A limit that is not positive is
     * none.
     */
    static Answer to(Asked asked, int contextLength, int usualTokens, int wordsBeforeCall) {
        List<Token> tokens = tokens(asked, usualTokens, wordsBeforeCall);
        boolean limited =
                asked.call() == null && asked.limit() > 0 && asked.limit() <= tokens.size();
        return new Answer(
                asked.model(),
                asked.prompt(),
                contextLength,
                limited ? tokens.subList(0, asked.limit()) : tokens,
                limited);
    }

    /** A call's arguments are one token, the last. */
    private static List<Token> tokens(Asked asked, int usualTokens, int wordsBeforeCall) {
        if (asked.call() != null) {
            List<Token> tokens =
                    new ArrayList<>(Words.drawn(asked.prompt().text(), wordsBeforeCall));
            tokens.add(Token.of(asked.call().arguments()));
            return tokens;
        }
        return asked.format() == null
                ? Words.drawn(asked.prompt().text(), asked.prompt().begun(), usualTokens)
                : Words.spelled(JsonSample.of(asked.format()));
    }

    String text() {
        return text(tokens);
    }

    /** Of an answer that is a call: what is said before it. */
    String textBeforeCall() {
        return text(tokens.subList(0, tokens.size() - 1));
    }

    private static String text(List<Token> tokens) {
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> text.append(token.text()));
        return text.toString();
    }

    /** Of an answer that is a call: whether this token is its arguments. */
    boolean isCall(Token token) {
        return token == tokens.getLast();
    }

    byte[] quotedText() {
        return GoJson.quoted(text());
    }

    int promptTokens() {
        return Math.min(prompt.tokens(), contextLength);
    }

    int totalTokens() {
        return promptTokens() + tokens.size();
    }

    /** As the native and the OpenAI routes call it. */
    String reason() {
        return limited ? "length" : "stop";
    }
}
