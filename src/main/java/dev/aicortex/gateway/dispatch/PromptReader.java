package dev.aicortex.gateway.dispatch;

import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.model.ModelName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Reads prompts for the choice of a server: a short one at once, others on a worker thread. */
@Singleton
class PromptReader {
    private static final Logger LOG = Logger.getLogger(PromptReader.class);

    private final BodyWork work;
    private final Selection selection;

    PromptReader(Vertx vertx, Selection selection) {
        this.work = new BodyWork(vertx);
        this.selection = selection;
    }

    /** The prompt of a request for a model; unread where the choice does not depend on it. */
    Future<AskedPrompt> read(ModelName model, ParsedBody request) {
        boolean begins = request.marks().prompt().begins();
        return selection.looksAtPrompts(model)
                ? work.read(request.body(), () -> AskedPrompt.of(request))
                        .recover(failure -> unread(failure, begins))
                : Future.succeededFuture(AskedPrompt.unread(begins));
    }

    /** The body is gone, or has never been read; whoever sends it says so. */
    private static Future<AskedPrompt> unread(Throwable failure, boolean begins) {
        LOG.debugf("a prompt cannot be read: %s", failure.getClass().getName());
        return Future.succeededFuture(AskedPrompt.unread(begins));
    }
}
