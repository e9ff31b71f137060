package dev.aicortex.http;

import dev.aicortex.gateway.ErrorEnvelope;
import dev.aicortex.http.anthropic.AnthropicErrors;
import dev.aicortex.http.ollama.OllamaErrors;
import dev.aicortex.http.openai.OpenAiErrors;
import dev.aicortex.model.Dialect;

/** The dialect that a path belongs to, and how errors look there. */
public final class Envelopes {
    private Envelopes() {}

    /**
     * The dialect of a request.
     *
     * @param anthropicVersion whether it has a header {@code anthropic-version}, which tells the
     *     clients of {@code /v1/models} apart
     */
    public static Dialect dialect(String path, boolean anthropicVersion) {
        if (path.equals("/v1/messages") || path.startsWith("/v1/messages/")) {
            return Dialect.ANTHROPIC;
        }
        boolean models = path.equals("/v1/models") || path.startsWith("/v1/models/");
        if (models && anthropicVersion) {
            return Dialect.ANTHROPIC;
        }
        boolean openAi = path.equals("/v1") || path.startsWith("/v1/") || path.equals("/models");
        return openAi ? Dialect.OPENAI : Dialect.OLLAMA;
    }

    /** How errors look to a client that speaks it. */
    public static ErrorEnvelope of(Dialect dialect) {
        return switch (dialect) {
            case OPENAI -> OpenAiErrors::body;
            case OLLAMA -> OllamaErrors::body;
            case ANTHROPIC -> AnthropicErrors::body;
        };
    }
}
