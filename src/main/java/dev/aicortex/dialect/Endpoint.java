package dev.aicortex.dialect;

/** An inference route: the same path on the gateway and on the servers. */
public enum Endpoint {
    CHAT(Dialect.OLLAMA, "/api/chat"),
    GENERATE(Dialect.OLLAMA, "/api/generate"),
    EMBED(Dialect.OLLAMA, "/api/embed"),
    /** The older form, of one prompt. */
    EMBEDDING(Dialect.OLLAMA, "/api/embeddings"),
    SHOW(Dialect.OLLAMA, "/api/show"),
    CHAT_COMPLETIONS(Dialect.OPENAI, "/v1/chat/completions"),
    COMPLETIONS(Dialect.OPENAI, "/v1/completions"),
    EMBEDDINGS(Dialect.OPENAI, "/v1/embeddings"),
    RESPONSES(Dialect.OPENAI, "/v1/responses"),
    /** Takes a form with a file, not JSON. */
    TRANSCRIPTIONS(Dialect.OPENAI, "/v1/audio/transcriptions"),
    IMAGES(Dialect.OPENAI, "/v1/images/generations"),
    MESSAGES(Dialect.ANTHROPIC, "/v1/messages");

    private final Dialect dialect;
    private final String path;

    Endpoint(Dialect dialect, String path) {
        this.dialect = dialect;
        this.path = path;
    }

    public Dialect dialect() {
        return dialect;
    }

    public String path() {
        return path;
    }

    /** Whether a request without {@code stream} is answered as a stream. */
    public boolean streamsByDefault() {
        return this == CHAT || this == GENERATE;
    }

    /** Whether a prompt is answered in words. */
    public boolean generates() {
        return switch (this) {
            case CHAT, GENERATE, CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES -> true;
            case EMBED, EMBEDDING, SHOW, EMBEDDINGS, TRANSCRIPTIONS, IMAGES -> false;
        };
    }

    /** Whether its requests have options for the model, such as the context's length. */
    public boolean takesOptions() {
        return dialect == Dialect.OLLAMA && this != SHOW;
    }

    /** Whether its streams are of server-sent events. */
    public boolean events() {
        return dialect != Dialect.OLLAMA;
    }
}
