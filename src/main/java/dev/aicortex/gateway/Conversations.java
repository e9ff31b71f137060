package dev.aicortex.gateway;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Stream;

/** Chats that begin in this process: the same way from server to server as those over HTTP. */
@Singleton
public class Conversations {
    private final Vertx vertx;
    private final CortexConfig config;
    private final Fleet fleet;
    private final CatalogueStore store;
    private final Failover failover;

    Conversations(
            Vertx vertx,
            CortexConfig config,
            Fleet fleet,
            CatalogueStore store,
            Failover failover) {
        this.vertx = vertx;
        this.config = config;
        this.fleet = fleet;
        this.store = store;
        this.failover = failover;
    }

    /**
     * The whole answer. Each subscription asks anew; cancelling it stops the server.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} alone
     */
    public Uni<ChatResponse> answer(ChatRequest chat) {
        return Uni.createFrom()
                .deferred(() -> {
                    Question.Only only = only(chat);
                    return Uni.createFrom().emitter(emitter -> begin(chat, only, emitter));
                });
    }

    private void begin(
            ChatRequest chat, Question.Only only, UniEmitter<? super ChatResponse> asker) {
        WholeChat whole =
                new WholeChat(vertx, config.idleTimeout(), chat, only, store.catalogue(), asker);
        Context context = context();
        asker.onTermination(() -> context.runOnContext(_ -> whole.clientGone()));
        context.runOnContext(_ -> whole.run(failover));
    }

    /**
     * The answer event by event.
     *
     * @throws ValidationException when the request names a server that is not known
     */
    public Conversation open(ChatRequest chat) {
        return new StreamedChat(
                vertx,
                context(),
                failover,
                config.idleTimeout(),
                chat,
                only(chat),
                store.catalogue());
    }

    /** An event loop's, whichever thread asks: an answer is read on the loop of its connection. */
    private Context context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    private Question.Only only(ChatRequest chat) {
        if (chat.server().isEmpty()) {
            return Question.Only.ANY;
        }
        ServerUrl url = chat.server().get();
        if (find(fleet.snapshot(), url).isPresent()) {
            return snapshot -> find(snapshot, url);
        }
        if (!catalogued(chat, url)) {
            throw ValidationException.of(
                    "server",
                    url,
                    "is neither in the fleet nor in the catalogue",
                    "add it to cortex.servers, or leave the choice to the gateway");
        }
        ServerState outside = fleet.outside(url);
        return _ -> Optional.of(outside);
    }

    private static Optional<ServerState> find(FleetSnapshot snapshot, ServerUrl url) {
        return snapshot.states().stream()
                .filter(state -> state.server().url().base().equals(url.base()))
                .findFirst();
    }

    /** Most often it is one of the model's own. */
    private boolean catalogued(ChatRequest chat, ServerUrl url) {
        Catalogue catalogue = store.catalogue();
        return Stream.concat(
                        catalogue.model(ModelName.of(chat.model())).stream(),
                        catalogue.families().stream().flatMap(all -> all.models().stream()))
                .flatMap(model -> model.servers().stream())
                .anyMatch(server -> server.url().equals(url.toString()));
    }
}
