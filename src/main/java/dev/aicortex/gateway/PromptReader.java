package dev.aicortex.gateway;

import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Reads prompts for the choice of a server: a short one at once, others on a worker thread. */
@Singleton
class PromptReader {
    private static final Logger LOG = Logger.getLogger(PromptReader.class);

    /** What is longer takes longer than an event loop should be held up. */
    private static final long SHORT = 128 * 1024;

    private final BodyWork work;
    private final Selection selection;

    PromptReader(Vertx vertx, Selection selection) {
        this.work = new BodyWork(vertx, SHORT);
        this.selection = selection;
    }

    /** The prompt of a request for a model; unread where the choice does not depend on it. */
    Future<AskedPrompt> read(ModelName model, InferenceRequest request) {
        PromptPlaces places = request.marks().prompt();
        return selection.looksAtPrompts(model)
                ? work.read(request.body(), () -> AskedPrompt.of(request.body(), places))
                        .recover(failure -> unread(failure, places.begins()))
                : Future.succeededFuture(AskedPrompt.unread(places.begins()));
    }

    /** The prompt of a chat, which is its JSON as it is sent. */
    Future<AskedPrompt> read(ModelName model, Buffer chat) {
        if (!selection.looksAtPrompts(model)) {
            return Future.succeededFuture(AskedPrompt.unread(true));
        }
        RequestBody.InMemory body = new RequestBody.InMemory(chat, new BodyBudget(Long.MAX_VALUE));
        return work.read(body, () -> parsed(body)).recover(failure -> unread(failure, true));
    }

    private static AskedPrompt parsed(RequestBody.InMemory body) throws IOException {
        return AskedPrompt.of(body, RequestParser.parse(body, Endpoint.CHAT).marks().prompt());
    }

    /** The body is gone, or has never been read; whoever sends it says so. */
    private static Future<AskedPrompt> unread(Throwable failure, boolean begins) {
        LOG.debugf("a prompt cannot be read: %s", failure.getClass().getName());
        return Future.succeededFuture(AskedPrompt.unread(begins));
    }
}
