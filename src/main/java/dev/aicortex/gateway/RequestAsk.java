package dev.aicortex.gateway;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import dev.aicortex.routing.Ask;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What the choice of a server has to know of an HTTP request. */
final class RequestAsk {
    private static final String SESSION = "X-Cortex-Session";

    private final InferenceRequest request;
    private final boolean generates;
    private final @Nullable String session;
    private AskedPrompt prompt;

    RequestAsk(InferenceRequest request, Route route, HttpServerRequest client) {
        this.request = request;
        this.generates = route.endpoint().generates();
        this.session = client.getHeader(SESSION);
        this.prompt = AskedPrompt.unread(request.marks().prompt().begins());
    }

    /** Reads the prompt once, when a choice needs it. */
    Future<Void> prepare(ModelName model, PromptReader reader) {
        if (!generates || prompt.blocks().size() > 0) {
            return Future.succeededFuture();
        }
        return reader.read(model, request).onSuccess(read -> prompt = read).mapEmpty();
    }

    Ask of(ModelName model, Selection selection, Priority priority) {
        AskedPrompt looked =
                selection.looksAtPrompts(model) ? keyed() : AskedPrompt.unread(prompt.begins());
        return (priority == Priority.BATCH ? looked.alone() : looked).ask(model, selection);
    }

    /** What the client says of which requests belong together: first in a header. */
    private AskedPrompt keyed() {
        return session == null ? prompt : prompt.withKey(PromptHash.of(session));
    }
}
