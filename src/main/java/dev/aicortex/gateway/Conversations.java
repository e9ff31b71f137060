package dev.aicortex.gateway;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Chats that begin in this process: the same way from server to server as those over HTTP. */
@Singleton
public class Conversations {
    private final Vertx vertx;
    private final Fleet fleet;
    private final CatalogueStore store;
    private final Failover failover;
    private final Drain drain;
    private final PromptReader prompts;
    private final ContextLength lengths;

    Conversations(
            Vertx vertx,
            Fleet fleet,
            CatalogueStore store,
            Failover failover,
            Drain drain,
            PromptReader prompts,
            ContextLength lengths) {
        this.vertx = vertx;
        this.fleet = fleet;
        this.store = store;
        this.failover = failover;
        this.drain = drain;
        this.prompts = prompts;
        this.lengths = lengths;
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
        Context context = context();
        WholeChat whole = new WholeChat(means(), context, chat, only, asker);
        asker.onTermination(() -> context.runOnContext(_ -> whole.clientGone()));
        context.runOnContext(_ -> whole.run(failover, drain));
    }

    /**
     * The answer event by event.
     *
     * @throws ValidationException when the request names a server that is not known
     */
    public Conversation open(ChatRequest chat) {
        return new StreamedChat(means(), context(), failover, drain, chat, only(chat));
    }

    private Question.Means means() {
        return new Question.Means(vertx, store.catalogue(), prompts, lengths);
    }

    /**
     * The same for a subscriber, each of which asks anew; cancelling stops the server.
     *
     * @return fails only before its first event, with what {@link #open} throws or {@link
     *     Conversation#next} fails with
     */
    public Multi<StreamEvent> events(ChatRequest chat) {
        return Multi.createFrom()
                .deferred(() -> {
                    Conversation conversation = open(chat);
                    return Multi.createBy()
                            .repeating()
                            .uni(() -> next(conversation))
                            .whilst(event -> !event.last())
                            .onCancellation()
                            .invoke(conversation::close);
                });
    }

    private static Uni<StreamEvent> next(Conversation conversation) {
        return Uni.createFrom()
                .emitter(emitter ->
                        conversation.next().onSuccess(emitter::complete).onFailure(emitter::fail));
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
        if (!catalogued(url)) {
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
        return Optional.ofNullable(snapshot.byUrl().get(url.toString()));
    }

    /**
     * Only what this installation's volume names counts; and an Ollama beside the gateway is nobody
     * else's to ask unless it is in the fleet.
     */
    private boolean catalogued(ServerUrl url) {
        return !url.base().equals(ServerUrl.LOCALHOST.base())
                && Targets.catalogued(store.catalogue().volume()).contains(url);
    }
}
