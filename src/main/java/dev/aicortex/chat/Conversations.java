package dev.aicortex.chat;

import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import dev.aicortex.api.StreamEvent;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.refresh.Targets;
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
import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
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
import java.util.function.Function;

/** Chats that begin in this process: the same way from server to server as those over HTTP. */
@Singleton
public class Conversations {
    /** What is longer is not parsed on an event loop. */
    private static final long SHORT = 128 * 1024;

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
        this.work = new BodyWork(vertx, SHORT);
    }

    /**
     * The whole answer. Each subscription asks anew; cancelling it stops the server.
     *
     * @return fails with a {@link dev.aicortex.model.CortexException} alone
     */
    public Uni<ChatResponse> answer(ChatRequest chat) {
        return Uni.createFrom()
                .deferred(() -> {
                    Scope scope = scope(chat);
                    return Uni.createFrom().emitter(emitter -> begin(chat, scope, emitter));
                });
    }

    private void begin(ChatRequest chat, Scope scope, UniEmitter<? super ChatResponse> asker) {
        Context context = context();
        context.runOnContext(_ -> {
            WholeChat client = new WholeChat(asker);
            Dispatch dispatch = start(chat, scope, client);
            asker.onTermination(() -> context.runOnContext(_ -> left(client, dispatch)));
        });
    }

    private static void left(WholeChat client, Dispatch dispatch) {
        if (!client.answered()) {
            dispatch.clientGone();
        }
    }

    /**
     * The answer event by event.
     *
     * @throws ValidationException when the request names a server that is not known
     */
    public Conversation open(ChatRequest chat) {
        Scope scope = scope(chat);
        return new StreamedChat(context(), client -> start(chat, scope, client));
    }

    /** Sends the chat on its way, as if it had come over HTTP. */
    private Dispatch start(ChatRequest chat, Scope scope, ChatClient client) {
        Dispatch dispatch = dispatcher.begin(client, drain::ended);
        if (!drain.admits(dispatch)) {
            dispatch.failed(Drain.stopping());
            return dispatch;
        }
        ApiRequest sent = ApiRequest.of(chat);
        RequestBody.InMemory body =
                new RequestBody.InMemory(
                        Buffer.buffer(sent.body().toString()), new BodyBudget(Long.MAX_VALUE));
        dispatch.holds(body);
        work.read(body, () -> RequestParser.parse(body, Endpoint.CHAT))
                .onFailure(dispatch::failed)
                .onSuccess(parsed ->
                        dispatch.step(
                                () -> dispatch.body(request(parsed), targets(parsed), scope)));
        return dispatch;
    }

    private static Request request(ParsedBody parsed) {
        return new Request(
                Endpoint.CHAT,
                parsed,
                RequestHead.ofJson(),
                Priority.NORMAL,
                "",
                Optional.empty(),
                false);
    }

    private static List<Target> targets(ParsedBody parsed) {
        return List.of(new Target(parsed.spelling(), parsed.model()));
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

    private Scope scope(ChatRequest chat) {
        if (chat.server().isEmpty()) {
            return new AnyServer(store.catalogue());
        }
        ServerUrl url = chat.server().get();
        if (find(fleet.snapshot(), url).isPresent()) {
            return new OneServer(url, snapshot -> find(snapshot, url));
        }
        if (!catalogued(url)) {
            throw ValidationException.of(
                    "server",
                    url,
                    "is neither in the fleet nor in the catalogue",
                    "add it to cortex.servers, or leave the choice to the gateway");
        }
        ServerState outside = fleet.outside(url);
        return new OneServer(url, _ -> Optional.of(outside));
    }

    /** Any server; a model that none holds is looked for in the catalogue. */
    private record AnyServer(Catalogue catalogue) implements Scope {
        private static final Scope ALL = new Ruled(Allow.ALL);

        @Override
        public List<ServerState> holders(FleetSnapshot fleet, ModelName model) {
            return ALL.holders(fleet, model);
        }

        @Override
        public Pool pool(
                FleetSnapshot fleet, ModelName model, Collection<Server> tried, String content) {
            return ALL.pool(fleet, model, tried, content);
        }

        @Override
        public CortexException notHeld(FleetSnapshot fleet, ModelName model, String spelling) {
            return Barred.error(fleet, model, spelling, Allow.ALL)
                    .orElseGet(() -> UnknownModel.error(spelling, fleet, catalogue));
        }

        @Override
        public boolean everywhere() {
            return true;
        }

        @Override
        public boolean admits(FleetSnapshot fleet, ModelName model, Server server) {
            return ALL.admits(fleet, model, server);
        }
    }

    /** The one server that a chat names: it is asked unless it is known to lack the model. */
    private record OneServer(ServerUrl url, Function<FleetSnapshot, Optional<ServerState>> finder)
            implements Scope {
        @Override
        public List<ServerState> holders(FleetSnapshot fleet, ModelName model) {
            return finder.apply(fleet).stream()
                    .filter(state -> mayHold(state, model))
                    .filter(state -> fleet.allow(model).admits(state.server()))
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
            return finder.apply(fleet)
                    .filter(state -> mayHold(state, model))
                    .<CortexException>map(_ -> Barred.from(fleet.allow(model), spelling))
                    .orElseGet(() -> ModelNotFoundException.notOn(url.toString(), spelling));
        }

        @Override
        public boolean everywhere() {
            return false;
        }

        @Override
        public boolean admits(FleetSnapshot fleet, ModelName model, Server server) {
            return fleet.allow(model).admits(server);
        }
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
