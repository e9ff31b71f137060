package dev.aicortex.chat;

import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Allow;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.Barred;
import dev.aicortex.gateway.dispatch.Dispatch;
import dev.aicortex.gateway.dispatch.Dispatcher;
import dev.aicortex.gateway.dispatch.Drain;
import dev.aicortex.gateway.dispatch.Scope;
import dev.aicortex.gateway.request.BodyBudget;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestHead;
import dev.aicortex.gateway.request.RequestParser;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.relay.Ending;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.VertxInternal;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Chats that begin in this process: the same way from server to server as those over HTTP. */
@Singleton
public class Conversations {
    private final Vertx vertx;
    private final Fleet fleet;
    private final CatalogueStore store;
    private final Dispatcher dispatcher;
    private final Drain drain;
    private final BodyWork work;

    Conversations(
            Vertx vertx, Fleet fleet, CatalogueStore store, Dispatcher dispatcher, Drain drain) {
        this.vertx = vertx;
        this.fleet = fleet;
        this.store = store;
        this.dispatcher = dispatcher;
        this.drain = drain;
        this.work = new BodyWork(vertx);
    }

    /**
     * The whole answer. Each subscription asks anew; cancelling it stops the server.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} alone
     */
    public Uni<ChatResponse> answer(ChatRequest chat) {
        return Uni.createFrom().emitter(emitter -> begin(chat, scope(chat), emitter));
    }

    /**
     * Gives an answer out once it is whole. Until then nobody has seen anything of it: when a
     * server breaks off in the middle, another one may begin anew.
     */
    private static final class WholeChat extends ChatClient {
        private final UniEmitter<? super ChatResponse> asker;

        /** Whether whoever asked has the answer: that they leave means nothing then. */
        private boolean answered;

        WholeChat(UniEmitter<? super ChatResponse> asker) {
            this.asker = asker;
        }

        @Override
        public boolean startsOver() {
            return true;
        }

        @Override
        void said(List<StreamEvent> events, boolean whole) {
            if (whole) {
                answered = true;
                asker.complete(transcript().response());
            }
        }

        @Override
        void fail(CortexException error) {
            asker.fail(error);
        }

        /** Of a server that broke off nobody is told: the next one begins anew. */
        @Override
        void broken(Ending how, String reason) {
            if (how instanceof Ending.Interrupted) {
                fail(ServerException.exhausted("the answer was broken off: " + reason));
            }
        }
    }

    private void begin(ChatRequest chat, Scope scope, UniEmitter<? super ChatResponse> asker) {
        Context context = context();
        context.runOnContext(_ -> {
            WholeChat client = new WholeChat(asker);
            Dispatch dispatch = start(chat, scope, client);
            asker.onTermination(() ->
                    context.runOnContext(_ -> {
                        if (!client.answered) {
                            dispatch.clientGone();
                        }
                    }));
        });
    }

    /**
     * The answer event by event.
     *
     * @throws ValidationException when the request names a server that is not known
     */
    public Conversation open(ChatRequest chat) {
        Scope scope = scope(chat);
        return new Conversation(context(), client -> start(chat, scope, client));
    }

    /** Sends the chat on its way, as if it had come over HTTP. */
    private Dispatch start(ChatRequest chat, Scope scope, ChatClient client) {
        Dispatch dispatch = dispatcher.begin(client, drain::ended);
        if (!drain.admits(dispatch)) {
            dispatch.failed(Drain.stopping());
            return dispatch;
        }
        Buffer bytes = Buffer.buffer(ApiRequest.of(chat).body().toString());
        RequestBody body = new RequestBody.InMemory(bytes, new BodyBudget(Long.MAX_VALUE));
        dispatch.holds(body);
        work.read(body, () -> RequestParser.parse(body, Endpoint.CHAT))
                .onFailure(dispatch::failed)
                .onSuccess(parsed ->
                        dispatch.step(() ->
                                dispatch.body(
                                        request(parsed),
                                        List.of(new Target(parsed.spelling(), parsed.model())),
                                        scope)));
        return dispatch;
    }

    private static Request request(ParsedBody parsed) {
        return new Request(
                Endpoint.CHAT,
                parsed,
                RequestHead.ofJson(),
                Priority.NORMAL,
                "",
                0,
                0,
                Optional.empty(),
                false,
                false);
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
                            .completionStage(() -> conversation.next().toCompletionStage())
                            .whilst(event -> !event.last())
                            .onCancellation()
                            .invoke(conversation::close);
                });
    }

    /** An event loop's, whichever thread asks: an answer is read on the loop of its connection. */
    private Context context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    private Scope scope(ChatRequest chat) {
        if (chat.server().isEmpty()) {
            Catalogue catalogue = store.catalogue();
            return new Scope.Ruled(
                    Allow.ALL,
                    (snapshot, spelling) -> UnknownModel.error(spelling, snapshot, catalogue));
        }
        ServerUrl url = chat.server().get();
        if (fleet.snapshot().byUrl().containsKey(url.toString())) {
            return new OneServer(url, Optional.empty());
        }
        if (!catalogued(url)) {
            throw ValidationException.of(
                    "server",
                    url,
                    "is neither in the fleet nor in the catalogue",
                    "add it to cortex.servers, or leave the choice to the gateway");
        }
        return new OneServer(url, Optional.of(fleet.outside(url)));
    }

    /**
     * The one server that a chat names: it is asked unless it is known to lack the model.
     *
     * @param outside its state when it is not of the fleet
     */
    private record OneServer(ServerUrl url, Optional<ServerState> outside) implements Scope {
        /** Empty when it is known to lack the model. */
        private Optional<ServerState> holder(FleetSnapshot fleet, ModelName model) {
            return outside.or(() -> Optional.ofNullable(fleet.byUrl().get(url.toString())))
                    .filter(state -> mayHold(state, model));
        }

        @Override
        public List<ServerState> holders(FleetSnapshot fleet, ModelName model) {
            return holder(fleet, model).stream()
                    .filter(state -> admits(fleet, model, state.server()))
                    .toList();
        }

        private static boolean mayHold(ServerState state, ModelName model) {
            return !state.up() || state.models().isEmpty() || state.models().containsKey(model);
        }

        @Override
        public Pool pool(
                FleetSnapshot fleet, ModelName model, Collection<Server> tried, String content) {
            return Pool.of(model, holders(fleet, model));
        }

        @Override
        public CortexException notHeld(FleetSnapshot fleet, ModelName model, String spelling) {
            return holder(fleet, model)
                    .<CortexException>map(_ -> Barred.from(fleet.allow(model), spelling))
                    .orElseGet(() -> ModelNotFoundException.notOn(url.toString(), spelling));
        }

        @Override
        public boolean everywhere() {
            return false;
        }

        @Override
        public boolean admits(FleetSnapshot fleet, ModelName model, Server server) {
            return server.url().base().equals(url.base()) && fleet.allow(model).admits(server);
        }
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
