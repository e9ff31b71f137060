package dev.aicortex.simulator;

/** A piece of an answer's text, with its JSON string made once. */
final class Token {
    private final String text;
    private final byte[] quoted;

    private Token(String text) {
        this.text = text;
        this.quoted = GoJson.quoted(text);
    }

    static Token of(String text) {
        return new Token(text);
    }

    String text() {
        return text;
    }

    /** The text as a JSON string, quotes included. Shared: not to be changed. */
    byte[] quoted() {
        return quoted;
    }
}
