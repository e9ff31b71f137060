package dev.aicortex.gateway.rewrite;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestMarks;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a server load a model and do nothing else.
 *
 * @param options as the request has them that the model is loaded for: a server loads a model again
 *     when, for example, the context length differs; null = the server's own
 * @param keptWarm whether the model is to stay longer than usual
 */
public record LoadRequest(
        String model, boolean embeds, @Nullable ObjectNode options, boolean keptWarm) {
    /** As long as it takes to be asked for again, and more. */
    private static final String KEPT = "10m";

    private static final Set<Endpoint> EMBEDDING =
            Set.of(Endpoint.EMBED, Endpoint.EMBEDDING, Endpoint.EMBEDDINGS);

    public String path() {
        return embeds ? "/api/embed" : "/api/generate";
    }

    public Buffer body() {
        ObjectNode body = AnswerLine.JSON.createObjectNode().put("model", model);
        if (embeds) {
            body.putArray("input");
        }
        if (keptWarm) {
            body.put("keep_alive", KEPT);
        }
        if (options != null && !options.isEmpty()) {
            body.set("options", options);
        }
        return Buffer.buffer(body.toString());
    }

    /**
     * The load that a request needs.
     *
     * @param numCtx the context length; 0 = as its options say, or the server's own
     */
    public static LoadRequest of(String model, Request request, int numCtx) {
        ObjectNode options = request.endpoint().takesOptions() ? options(request) : null;
        boolean embeds = EMBEDDING.contains(request.endpoint());
        return new LoadRequest(model, embeds, with(numCtx, options), false);
    }

    /**
     * The load of a model that is to stay in memory.
     *
     * @param numCtx the context length; 0 = the server's own
     */
    public static LoadRequest toKeep(String model, int numCtx) {
        return new LoadRequest(model, false, with(numCtx, null), true);
    }

    /** Those of a native request in memory; null when there are none. */
    private static @Nullable ObjectNode options(Request request) {
        RequestMarks.Member options = request.marks().options();
        if (options == null
                || !options.object()
                || !(request.body() instanceof RequestBody.InMemory body)) {
            return null;
        }
        try {
            byte[] json = body.join(List.of(options.place())).getBytes();
            return AnswerLine.JSON.readTree(json) instanceof ObjectNode node ? node : null;
        } catch (IOException _) {
            return null; // the real request is answered with what is wrong about them
        }
    }

    private static @Nullable ObjectNode with(int numCtx, @Nullable ObjectNode options) {
        if (numCtx <= 0) {
            return options;
        }
        return (options == null ? AnswerLine.JSON.createObjectNode() : options)
                .put("num_ctx", numCtx);
    }

    /** The context length that it loads the model with; 0 = the server's own. */
    public int numCtx() {
        return options == null ? 0 : options.path("num_ctx").asInt();
    }

    /** The same for a model that gives no words. */
    public LoadRequest forEmbedding() {
        return new LoadRequest(model, true, options, keptWarm);
    }
}
