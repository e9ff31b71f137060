package dev.aicortex.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.relay.Delivery;
import dev.aicortex.routing.Ask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Optional;

/** A chat of the typed API on its way to a server; what comes back is read line by line. */
abstract class Question extends Errand implements Reading.Listener {
    private final ChatRequest chat;
    private final ModelName model;
    private final ApiRequest sent;
    private Buffer body;
    private final Only only;
    private final Means means;
    private AskedPrompt prompt = AskedPrompt.unread(true);
    private String server = "";

    /** The one server that the request names, if it names one. */
    interface Only {
        Only ANY = _ -> Optional.empty();

        Optional<ServerState> in(FleetSnapshot snapshot);
    }

    /** What all chats of this process share. */
    record Means(Vertx vertx, Catalogue catalogue, PromptReader prompts, ContextLength lengths) {}

    Question(Means means, ChatRequest chat, Only only) {
        this.means = means;
        this.chat = chat;
        this.model = ModelName.of(chat.model());
        this.sent = ApiRequest.of(chat);
        this.body = Buffer.buffer(sent.body().toString());
        this.only = only;
    }

    @Override
    String spelling() {
        return chat.model();
    }

    @Override
    ModelName model() {
        return model;
    }

    @Override
    String label() {
        return "a chat of this process, model " + model.canonical();
    }

    @Override
    LoadRequest load(Holding holding) {
        ObjectNode options = sent.body().get("options") instanceof ObjectNode node ? node : null;
        return new LoadRequest(spelling(), false, options).withNumCtx(length(holding));
    }

    /** What a server is told of the context's length; 0 = nothing, or what the request says. */
    private int length(Holding holding) {
        return setsNumCtx() ? 0 : means.lengths().of(model).on(holding);
    }

    private boolean setsNumCtx() {
        return sent.body().path("options").hasNonNull("num_ctx");
    }

    @Override
    void answers(Holding holding) {
        holding.loadedWith(length(holding));
    }

    @Override
    boolean goesAnywhere() {
        return chat.server().isEmpty();
    }

    @Override
    String path() {
        return sent.path();
    }

    @Override
    boolean streams() {
        return true;
    }

    @Override
    Future<Void> prepare() {
        return means.prompts().read(model, body).onSuccess(read -> prompt = read).mapEmpty();
    }

    @Override
    Ask ask(Selection selection) {
        return prompt.ask(model, selection);
    }

    @Override
    Future<Void> sendTo(HttpClientRequest request, Holding holding) {
        request.putHeader("Content-Type", "application/json");
        int length = length(holding);
        holding.expect(length);
        return request.end(length == 0 ? body : withNumCtx(length));
    }

    private Buffer withNumCtx(int length) {
        ObjectNode body = sent.body().deepCopy();
        body.withObjectProperty("options").put("num_ctx", length);
        return Buffer.buffer(body.toString());
    }

    @Override
    Delivery delivery(HttpClientResponse response) {
        return new Reading(means.vertx(), response, this);
    }

    /** A server that is named is asked unless it is known to lack the model. */
    @Override
    List<ServerState> holders(FleetSnapshot snapshot) {
        if (chat.server().isEmpty()) {
            return super.holders(snapshot);
        }
        return only
                .in(snapshot)
                .filter(this::mayHold)
                .filter(state -> snapshot.allow(model).admits(state.server()))
                .stream()
                .toList();
    }

    @Override
    Pool pool(FleetSnapshot snapshot) {
        return chat.server().isEmpty()
                ? means.lengths()
                        .apart(
                                super.pool(snapshot),
                                setsNumCtx() ? ContextLength.Wish.NONE : means.lengths().of(model),
                                failures().servers())
                : Pool.of(model, holders(snapshot));
    }

    private boolean mayHold(ServerState state) {
        return !state.up() || state.models().isEmpty() || state.models().containsKey(model);
    }

    @Override
    CortexException notHeld(FleetSnapshot snapshot) {
        if (chat.server().isPresent()) {
            return only.in(snapshot)
                    .filter(this::mayHold)
                    .<CortexException>map(_ -> Barred.from(snapshot.allow(model), spelling()))
                    .orElseGet(() ->
                            ModelNotFoundException.notOn(
                                    chat.server().get().toString(), spelling()));
        }
        return barred(snapshot)
                .orElseGet(() -> UnknownModel.error(spelling(), snapshot, means.catalogue()));
    }

    @Override
    void asking(Server next) {
        server = next.url().toString();
    }

    /** The address of the server that was asked last. */
    String server() {
        return server;
    }

    @Override
    void answered() {
        if (!startsOver()) {
            body = Buffer.buffer(0);
        }
    }

    @Override
    Future<Void> reject(Reply reply) {
        return Future.failedFuture(
                new ValidationException(
                        "server %s refused the request: %s"
                                .formatted(server, ReplyReader.problem(reply))));
    }

    @Override
    Future<Void> unclear(Reply reply) {
        return Future.failedFuture(
                ServerException.exhausted(
                        "server %s failed: %s".formatted(server, ReplyReader.problem(reply))));
    }
}
