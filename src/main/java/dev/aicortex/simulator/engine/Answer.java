package dev.aicortex.simulator.engine;

import dev.aicortex.simulator.Settings;
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
        private final boolean thought;

        Token(String text) {
            this(text, false);
        }

        private Token(String text, boolean thought) {
            this.text = text;
            this.quoted = GoJson.quoted(text);
            this.thought = thought;
        }

        /** Whether it is said before the answer itself. */
        public boolean thought() {
            return thought;
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
     * @param settings with the text that is said instead of made-up words, if any
     * @param thinks whether thoughts come first
     */
    static Answer to(Asked asked, Prompt.Read read, Settings settings, boolean thinks) {
        List<Token> tokens =
                new ArrayList<>(thinks ? thoughts(asked, settings.thoughts()) : List.of());
        tokens.addAll(
                settings.text().isEmpty() || asked.call() != null || asked.format() != null
                        ? tokens(asked, settings.tokensPerAnswer(), settings.wordsBeforeCall())
                        : Words.spelled(settings.text()));
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

    private static List<Token> thoughts(Asked asked, int count) {
        return Words.drawn("Thinking of " + asked.prompt().text(), count).stream()
                .map(token -> new Token(token.text(), true))
                .toList();
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

    /** What is said behind the thoughts, and before the call if there is one. */
    public String words() {
        return text(tokens.stream().filter(each -> !each.thought && !isCall(each)).toList());
    }

    /** What is said before the answer itself; empty = nothing. */
    public String thoughts() {
        return text(tokens.stream().filter(Token::thought).toList());
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
