package dev.aicortex.gateway.embeddings;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.gateway.dispatch.Client;
import dev.aicortex.gateway.dispatch.Dispatcher;
import dev.aicortex.gateway.dispatch.Scope;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.rewrite.Target;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Begins the lists of texts that are not left to one server, and holds what they share. */
@Singleton
public class EmbeddingLists {
    final Vertx vertx;
    final Dispatcher dispatcher;

    /** The most texts of a part; 0 = any number. */
    final int batch;

    /** For what servers send, and what becomes of it: each byte counts twice. */
    final BodyBudget answers = new BodyBudget(Runtime.getRuntime().maxMemory() / 4);

    final BodyWork work;
    private final Fleet fleet;

    EmbeddingLists(Vertx vertx, CortexConfig config, Dispatcher dispatcher, Fleet fleet) {
        this.vertx = vertx;
        this.dispatcher = dispatcher;
        this.batch = config.embeddings().batch();
        this.work = new BodyWork(vertx);
        this.fleet = fleet;
    }

    /** Whether a list is too long for one server. */
    public boolean splits(Inputs inputs) {
        return batch > 0 && inputs.texts().size() > batch;
    }

    /** The way to the answer of one; must be called on its request's event loop. */
    public EmbeddingList list(
            Client client,
            Request request,
            Target target,
            Scope scope,
            Inputs inputs,
            EmbeddingList.Keeping keeping) {
        return new EmbeddingList(this, client, request, target, scope, inputs, keeping);
    }

    /** The content that a server has of a model; empty where it does not tell. */
    String content(@Nullable Server server, Target model) {
        return server == null ? "" : fleet.snapshot().digest(server, model.name());
    }
}
