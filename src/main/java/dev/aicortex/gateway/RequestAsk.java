package dev.aicortex.gateway;

import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.Ask;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What the choice of a server has to know of an HTTP request. */
final class RequestAsk {
    private static final String SESSION = "X-Cortex-Session";

    private final InferenceRequest request;
    private final boolean generates;
    private final @Nullable String session;
    private @Nullable PromptBlocks prompt;

    RequestAsk(InferenceRequest request, Route route, HttpServerRequest client) {
        this.request = request;
        this.generates = route.endpoint().generates();
        this.session = client.getHeader(SESSION);
    }

    /** For a batch nobody goes on from a prompt, and none of them settles anywhere. */
    Ask of(ModelName model, Selection selection, Priority priority) {
        boolean looked = selection.looksAtPrompts(model);
        boolean batch = priority == Priority.BATCH;
        PromptBlocks blocks = looked ? prompt() : PromptBlocks.NONE;
        return selection.ask(
                model,
                batch ? blocks.alone() : blocks,
                !batch && request.marks().prompt().begins(),
                looked ? key() : 0);
    }

    /** Read once, when the first choice needs it; not of a body that lies in a file. */
    private PromptBlocks prompt() {
        if (prompt == null) {
            prompt =
                    generates && request.body() instanceof RequestBody.InMemory body
                            ? body.prompt(request.marks().prompt())
                            : PromptBlocks.NONE;
        }
        return prompt;
    }

    /** What the client says of which requests belong together. */
    private long key() {
        if (session != null) {
            return PromptHash.of(session);
        }
        return request.body() instanceof RequestBody.InMemory body
                ? body.key(request.marks().prompt())
                : 0;
    }
}
