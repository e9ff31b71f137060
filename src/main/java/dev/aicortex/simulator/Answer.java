package dev.aicortex.simulator;

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
    static Answer to(Asked asked, int contextLength, int usualTokens) {
        List<Token> tokens = tokens(asked, usualTokens);
        boolean limited = asked.limit() > 0 && asked.limit() <= tokens.size();
        return new Answer(
                asked.model(),
                asked.prompt(),
                contextLength,
                limited ? tokens.subList(0, asked.limit()) : tokens,
                limited);
    }

    /** A call's arguments are one token. */
    private static List<Token> tokens(Asked asked, int usualTokens) {
        if (asked.call() != null) {
            return List.of(Token.of(asked.call().arguments()));
        }
        return asked.format() == null
                ? Words.drawn(asked.prompt().text(), asked.prompt().begun(), usualTokens)
                : Words.spelled(JsonSample.of(asked.format()));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        tokens.forEach(token -> text.append(token.text()));
        return text.toString();
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
