package dev.aicortex.model;

/** An inference route: the same path on the gateway and on the servers. */
public enum Endpoint {
    CHAT(Dialect.OLLAMA, "/api/chat", true),
    GENERATE(Dialect.OLLAMA, "/api/generate", true),
    EMBED(Dialect.OLLAMA, "/api/embed", false),
    /** The older form, of one prompt. */
    EMBEDDING(Dialect.OLLAMA, "/api/embeddings", false),
    SHOW(Dialect.OLLAMA, "/api/show", false),
    CHAT_COMPLETIONS(Dialect.OPENAI, "/v1/chat/completions", false),
    COMPLETIONS(Dialect.OPENAI, "/v1/completions", false),
    EMBEDDINGS(Dialect.OPENAI, "/v1/embeddings", false),
    RESPONSES(Dialect.OPENAI, "/v1/responses", false),
    /** Takes a form with a file, not JSON. */
    TRANSCRIPTIONS(Dialect.OPENAI, "/v1/audio/transcriptions", false),
    IMAGES(Dialect.OPENAI, "/v1/images/generations", false),
    MESSAGES(Dialect.ANTHROPIC, "/v1/messages", false);

    private final Dialect dialect;
    private final String path;
    private final boolean streamsByDefault;

    Endpoint(Dialect dialect, String path, boolean streamsByDefault) {
        this.dialect = dialect;
        this.path = path;
        this.streamsByDefault = streamsByDefault;
    }

    public Dialect dialect() {
        return dialect;
    }

    public String path() {
        return path;
    }

    /** Whether a request without {@code stream} is answered as a stream. */
    public boolean streamsByDefault() {
        return streamsByDefault;
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
        return switch (this) {
            case CHAT, GENERATE, EMBED, EMBEDDING -> true;
            case SHOW,
                    CHAT_COMPLETIONS,
                    COMPLETIONS,
                    EMBEDDINGS,
                    RESPONSES,
                    TRANSCRIPTIONS,
                    IMAGES,
                    MESSAGES ->
                    false;
        };
    }

    /** Whether its streams are of server-sent events. */
    public boolean events() {
        return dialect != Dialect.OLLAMA;
    }
}
