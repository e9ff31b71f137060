package dev.aicortex.clients;

/** What the clients ask. */
final class Samples {
    static final String QUESTION = "Why is the sky blue?";
    static final String UNKNOWN = "no-such-model:1b";
    static final String KEY = "secret";

    /** A red dot, as PNG in base64. */
    static final String PICTURE =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAY/gL/6k8a6wAAAABJRU5ErkJggg==";

    private Samples() {}
}
