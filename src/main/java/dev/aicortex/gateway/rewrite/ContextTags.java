package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.OwnLoop;
import dev.aicortex.gateway.calls.ReplyReader;
import dev.aicortex.gateway.calls.ServerCall;
import dev.aicortex.gateway.rewrite.ContextLength.Wish;
import dev.aicortex.model.ContextTag;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.Failures;
import dev.aicortex.routing.Replies;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Makes the {@link ContextTag}s that servers need, once each, and takes away those that no longer
 * follow their model. Those whose length is set are made when a server is looked at, others before
 * the request that needs them.
 */
@Singleton
public class ContextTags {
    private static final Logger LOG = Logger.getLogger(ContextTags.class);

    /** A tag has no weights of its own: it takes a server some 60 ms. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A server that refuses is asked again after so long. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** What says that a server makes none, whatever the model; a 404 when it names no model. */
    private static final Set<Integer> OF_THE_SERVER = Set.of(401, 403, 404, 405, 407, 501);

    private final Vertx vertx;
    private final Context context;
    private final Fleet fleet;
    private final OllamaConnections connections;
    private final ContextLength lengths;
    private final Clock clock = Clock.systemUTC();
    private final Map<Made, Future<Outcome>> making = new ConcurrentHashMap<>();

    /** What was found out after the server was last asked for its list. */
    private final Map<Made, Found> found = new ConcurrentHashMap<>();

    /** Of a tag, or of all that a server might be asked for. */
    private final Map<Made, Refusal> refusals = new ConcurrentHashMap<>();

    private final Set<Server> tidied = ConcurrentHashMap.newKeySet();

    private record Made(Server server, String name) {
        static Made any(Server server) {
            return new Made(server, "");
        }
    }

    private record Found(boolean there, Instant at) {}

    private record Refusal(String reason, Instant at) {}

    ContextTags(Vertx vertx, Fleet fleet, OllamaConnections connections, ContextLength lengths) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.fleet = fleet;
        this.connections = connections;
        this.lengths = lengths;
    }

    /** Has the tags of each server looked after whenever it is probed. */
    void onStart(@Observes StartupEvent event) {
        fleet.whenProbed((state, began) -> context.runOnContext(_ -> tend(state, began)));
        fleet.snapshot().states().stream()
                .filter(ServerState::up)
                .forEach(state -> context.runOnContext(_ -> tend(state, Instant.EPOCH)));
    }

    void forget(@Observes Fleet.Change change) {
        for (Server server : change.gone()) {
            found.keySet().removeIf(made -> made.server.equals(server));
            refusals.keySet().removeIf(made -> made.server.equals(server));
            tidied.remove(server);
        }
    }

    /** Why a server has no part in requests that need a tag; empty when it has. */
    public Optional<String> refusal(Server server) {
        return refusal(Made.any(server));
    }

    private Optional<String> refusal(Made tag) {
        return Optional.ofNullable(refusals.get(tag))
                .filter(refusal -> clock.instant().isBefore(refusal.at.plus(AGAIN)))
                .map(Refusal::reason);
    }

    private Optional<String> refusedTo(Made tag) {
        return refusal(tag.server()).or(() -> refusal(tag));
    }

    /** The holders of a model that have no part in requests for this length, and why. */
    public Map<Server, Outcome> refusing(FleetSnapshot snapshot, ModelName model, Wish wish) {
        if (refusals.isEmpty()) {
            return Map.of();
        }
        Map<Server, Outcome> refusing = new LinkedHashMap<>();
        for (ServerState state : snapshot.holders(model)) {
            String name = name(state, model, wish.on(state.holding(model)));
            Made tag = new Made(state.server(), name);
            refusedTo(tag)
                    .filter(_ -> !has(state, tag))
                    .ifPresent(why -> refusing.put(state.server(), new Outcome.Lost(why)));
        }
        return refusing;
    }

    /** What a server calls the tag. */
    public String name(Server server, ModelName model, int length) {
        return ContextTag.of(model, length, fleet.snapshot().digest(server, model)).name();
    }

    private static String name(ServerState state, ModelName model, int length) {
        return ContextTag.of(model, length, state.digest(model)).name();
    }

    private boolean has(ServerState state, Made tag) {
        Found since = found.get(tag);
        return since == null ? state.contextTags().contains(tag.name()) : since.there();
    }

    /**
     * Done when the server has the tag, on the event loop of whoever asks: {@code Answered}, or
     * what came of it.
     */
    public Future<Outcome> ensure(Server server, ModelName model, String name, int length) {
        Optional<ServerState> state = fleet.snapshot().state(server);
        TagList.Tag from = state.map(each -> each.models().get(model)).orElse(null);
        if (from == null) {
            return Future.succeededFuture(Outcome.Lost.MODEL);
        }
        Made tag = new Made(server, name);
        if (has(state.get(), tag)) {
            return Future.succeededFuture(new Outcome.Answered());
        }
        return refusedTo(tag)
                .map(reason -> Future.<Outcome>succeededFuture(new Outcome.Lost(reason)))
                .orElseGet(() -> OwnLoop.here(vertx, makeOnce(tag, from.label(), length)));
    }

    private Future<Outcome> makeOnce(Made tag, String from, int length) {
        return making.computeIfAbsent(
                tag,
                _ -> {
                    Promise<Outcome> promise = Promise.promise();
                    context.runOnContext(_ ->
                            make(tag, from, length)
                                    .onComplete(_ -> making.remove(tag))
                                    .onComplete(promise));
                    return promise.future();
                });
    }

    /**
     * A server lost a tag that it was believed to have: the next request that needs it makes it.
     */
    public void forget(Server server, String name) {
        found.put(new Made(server, name), new Found(false, clock.instant()));
    }

    private Future<Outcome> make(Made tag, String from, int length) {
        JsonObject body =
                new JsonObject()
                        .put("model", tag.name())
                        .put("from", from)
                        .put("parameters", new JsonObject().put("num_ctx", length))
                        .put("stream", false);
        return call(tag.server(), HttpMethod.POST, "/api/create", body)
                .map(reply -> judged(tag, from, reply))
                .otherwise(ContextTags::failed);
    }

    private Future<Reply> call(Server server, HttpMethod method, String path, JsonObject body) {
        return new ServerCall(connections, server.url(), method, path, body.toBuffer())
                .reply(LIMIT);
    }

    private static Outcome failed(Throwable failure) {
        return failure instanceof TimeoutException
                ? new Outcome.Lost("it made no context tag within " + LIMIT.toSeconds() + " s")
                : new Outcome.Refused(FailureText.of(failure));
    }

    private Outcome judged(Made tag, String from, Reply reply) {
        if (reply.status() / 100 == 2 && !reply.text().contains("\"error\"")) {
            found.put(tag, new Found(true, clock.instant()));
            refusals.remove(Made.any(tag.server()));
            refusals.remove(tag);
            LOG.debugf("%s: made %s", tag.server(), tag.name());
            return new Outcome.Answered();
        }
        if (reply.status() == 404 && reply.text().contains(from)) {
            return Outcome.Lost.MODEL;
        }
        if (Replies.judge(reply) instanceof Outcome.Full full) {
            return full;
        }
        String reason =
                "it refuses to make a context tag (%s): let the gateway POST /api/create there, or ask by /api/chat, which needs none"
                        .formatted(ReplyReader.problem(reply));
        Made refused = OF_THE_SERVER.contains(reply.status()) ? Made.any(tag.server()) : tag;
        if (refusals.put(refused, new Refusal(reason, clock.instant())) == null) {
            LOG.warnf("%s: %s (%s)", tag.server(), reason, tag.name());
        }
        return new Outcome.Lost(reason);
    }

    /**
     * Takes away what is left over, and makes what is sure to be needed.
     *
     * @param asked when the server was asked what it holds: what was made before is listed
     */
    void tend(ServerState state, Instant asked) {
        Server server = state.server();
        found.entrySet()
                .removeIf(tag ->
                        tag.getKey().server().equals(server)
                                && tag.getValue().at().isBefore(asked));
        refusals.keySet().removeIf(tag -> tag.server().equals(server) && refusal(tag).isEmpty());
        boolean first = tidied.add(server);
        for (String name : state.contextTags()) {
            ContextTag.of(name)
                    .filter(tag -> !follows(tag, state) || (first && !set(tag)))
                    .ifPresent(_ -> delete(server, name));
        }
        Future<Void> one = Future.succeededFuture();
        for (Map.Entry<ModelName, TagList.Tag> model : state.models().entrySet()) {
            one = one.compose(_ -> makeSet(state, model.getKey(), model.getValue()));
        }
    }

    /** Whether it is still its model's, with the content that the model has now. */
    private static boolean follows(ContextTag tag, ServerState state) {
        ModelName model = ModelName.of(tag.model());
        TagList.Tag now = state.models().get(model);
        return now != null
                && ContextTag.of(model, tag.length(), now.content())
                        .content()
                        .equals(tag.content());
    }

    /** Others were asked for by requests to a gateway that has ended. */
    private boolean set(ContextTag tag) {
        return lengths.of(ModelName.of(tag.model())).tokens() == tag.length();
    }

    private Future<Void> makeSet(ServerState state, ModelName model, TagList.Tag tag) {
        int length = lengths.of(model).tokens();
        return length == 0 || tag.remote()
                ? Future.succeededFuture()
                : ensure(state.server(), model, name(state, model, length), length)
                        .onSuccess(outcome -> note(state.server(), outcome))
                        .mapEmpty();
    }

    private static void note(Server server, Outcome outcome) {
        if (!(outcome instanceof Outcome.Answered)) {
            LOG.debugf("%s made no context tag: %s", server, Failures.reason(outcome));
        }
    }

    private void delete(Server server, String name) {
        call(server, HttpMethod.DELETE, "/api/delete", new JsonObject().put("model", name))
                .map(reply ->
                        reply.status() / 100 == 2 || reply.status() == 404
                                ? ""
                                : "it answered " + reply.status())
                .otherwise(FailureText::of)
                .onSuccess(problem -> {
                    if (!problem.isEmpty()) {
                        tidied.remove(server);
                        LOG.debugf("%s: %s stays for now: %s", server, name, problem);
                    }
                });
    }
}
