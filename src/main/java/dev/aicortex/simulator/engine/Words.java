package dev.aicortex.simulator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.exchange.GoJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where answers come from: words drawn by a hash of the prompt, so that the same prompt is always
 * answered alike.
 */
public final class Words {
    /**
     * Among them letters of two, three and four bytes, and a separator that some readers take for
     * the end of a line.
     */
    private static final List<Token> VOCABULARY =
            Stream.of(
                            (" the| model| answers| with| a| river| of| words| that| mean| very"
                                            + "| little|,| but| they| arrive| on| time|.| Every| request| finds"
                                            + "| its| server| and| each| token| leaves| alone| café| déjà"
                                            + "| naïve|当|今|的时候| 🙂| 🚀|\n| \u2028| <b>| \"quoted\"| it's"
                                            + "| Zürich| end")
                                    .split("\\|", -1))
                    .map(Token::new)
                    .toList();

    private static final List<Token> FIRST =
            VOCABULARY.stream().map(t -> new Token(t.text().strip())).toList();
    private static final Token PLAIN_FIRST = new Token("The");

    private Words() {}

    static List<Token> drawn(String prompt, int count) {
        List<Token> tokens = new ArrayList<>(count);
        long state = seed(prompt);
        for (int i = 0; i < count; i++) {
            state += 0x9E3779B97F4A7C15L;
            tokens.add(pick(i == 0 ? FIRST : VOCABULARY, mix(state)));
        }
        return tokens;
    }

    /**
     * What follows on the beginning of an answer, so that what is put together is what would have
     * been said in one go.
     */
    static List<Token> drawn(String prompt, String begun, int usual) {
        int said = said(prompt, begun);
        return said < 0
                ? chained(prompt + begun, usual)
                : drawn(prompt, Math.max(said, usual)).subList(said, Math.max(said, usual));
    }

    /** On a beginning that somebody else wrote: each token depends on all text before it. */
    private static List<Token> chained(String before, int count) {
        List<Token> tokens = new ArrayList<>(count);
        StringBuilder text = new StringBuilder(before);
        for (int i = 0; i < count; i++) {
            Token token = pick(VOCABULARY, mix(seed(text.toString())));
            tokens.add(token);
            text.append(token.text());
        }
        return tokens;
    }

    /** How many tokens of an answer to the prompt, or how many words, a beginning has. */
    static int drawnFor(String prompt, String begun) {
        int said = said(prompt, begun);
        return said < 0 ? Prompt.words(begun) : said;
    }

    private static int said(String prompt, String begun) {
        return begun.isEmpty() ? 0 : said(drawn(prompt, begun.length()), begun);
    }

    /** How many of these tokens make up the text; negative when none do. */
    private static int said(List<Token> tokens, String text) {
        int length = 0;
        int count = 0;
        while (length < text.length()
                && count < tokens.size()
                && text.startsWith(tokens.get(count).text(), length)) {
            length += tokens.get(count++).text().length();
        }
        return length == text.length() ? count : -1;
    }

    /** An answer whose text is given, cut into pieces of a few characters. */
    static List<Token> spelled(String text) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < text.length(); i += 4) {
            tokens.add(new Token(text.substring(i, Math.min(i + 4, text.length()))));
        }
        return tokens;
    }

    /** A JSON text that satisfies a schema: each required property, of its type. */
    static String sample(JsonNode schema) {
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0).toString();
        }
        return switch (schema.path("type").asText("object")) {
            case "string" -> "\"Paris\"";
            case "integer", "number" -> "7";
            case "boolean" -> "true";
            case "array" -> "[" + (schema.has("items") ? sample(schema.path("items")) : "") + "]";
            case "null" -> "null";
            default -> object(schema);
        };
    }

    private static String object(JsonNode schema) {
        List<String> fields = new ArrayList<>();
        names(schema)
                .forEach(name ->
                        fields.add(
                                GoJson.quote(name)
                                        + ": "
                                        + sample(schema.path("properties").path(name))));
        return "{" + String.join(", ", fields) + "}";
    }

    private static List<String> names(JsonNode schema) {
        List<String> names = new ArrayList<>();
        if (schema.path("required").isArray()) {
            schema.path("required").forEach(name -> names.add(name.asText()));
        } else {
            schema.path("properties").fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    private static Token pick(List<Token> from, long random) {
        Token token = from.get((int) Long.remainderUnsigned(random, from.size()));
        return token.text().isEmpty() ? PLAIN_FIRST : token;
    }

    public static long seed(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    /** Spreads a counter over all 64 bits (the finaliser of SplitMix64). */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
