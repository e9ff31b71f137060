package dev.aicortex.gateway.rewrite;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.gateway.calls.ServerCall;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import dev.aicortex.ollama.TagList;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Knows which models go on with an answer that was begun. */
@Singleton
public class Continuations {
    private static final Logger LOG = Logger.getLogger(Continuations.class);

    /** A model may have to be loaded for it. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static final String BEGUN = "Once upon a time there was";

    /** Contents that are remembered; when there are more, all are asked for again. */
    private static final int MOST = 1_000;

    private final Vertx vertx;
    private final ControlApi control;
    private final OllamaConnections connections;
    private final Fleet fleet;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    Continuations(Vertx vertx, ControlApi control, OllamaConnections connections, Fleet fleet) {
        this.vertx = vertx;
        this.control = control;
        this.connections = connections;
        this.fleet = fleet;
    }

    /** The digest of what a server has under this name; empty when it is not known. */
    public Optional<String> content(Server server, ModelName model) {
        return fleet.snapshot().state(server).flatMap(state -> content(state, model));
    }

    public static Optional<String> content(ServerState state, ModelName model) {
        return Optional.of(state.digest(model)).filter(digest -> !digest.isEmpty());
    }

    /** Done when the model can go on with this answer; fails when it cannot, or nobody says. */
    public Future<Void> possible(Resumption answer, ModelName model) {
        if (!answer.hasText()) {
            return Future.succeededFuture();
        }
        return answer.content()
                .map(digest -> goesOn(digest, model, answer))
                .orElse(Future.succeededFuture(false))
                .compose(goesOn ->
                        goesOn ? Future.succeededFuture() : Future.failedFuture(cannot(model)));
    }

    private static ServerException cannot(ModelName model) {
        return ServerException.exhausted(
                "model '%s' does not go on with an answer that was begun"
                        .formatted(model.canonical()));
    }

    private Future<Boolean> goesOn(String digest, ModelName model, Resumption answer) {
        Boolean told = known.get(digest);
        List<ServerState> up =
                answer.holders(fleet.snapshot().holders(model), model).stream()
                        .filter(ServerState::up)
                        .toList();
        return told != null ? Future.succeededFuture(told) : asked(digest, model, up);
    }

    private Future<Boolean> asked(String digest, ModelName model, List<ServerState> holders) {
        if (holders.isEmpty()) {
            return Future.succeededFuture(false);
        }
        ServerState holder = holders.getFirst();
        return trial(holder, model)
                .onSuccess(goesOn -> remember(digest, goesOn))
                .recover(failure -> {
                    LOG.warnf(
                            "%s did not tell whether a model goes on: %s",
                            holder.server(), FailureText.of(failure));
                    return asked(digest, model, holders.subList(1, holders.size()));
                });
    }

    /** A model that thinks would begin to do so again. */
    private Future<Boolean> trial(ServerState holder, ModelName model) {
        TagList.Tag tag = holder.models().get(model);
        if (tag == null) {
            return Future.failedFuture("it does not hold the model");
        }
        return vertx.executeBlocking(() -> thinks(holder.server(), tag.label()), false)
                .compose(thinks ->
                        Boolean.TRUE.equals(thinks)
                                ? Future.succeededFuture(false)
                                : rendered(holder, model, tag.label()));
    }

    private boolean thinks(Server server, String label) {
        return control.show(server.url(), label).abilities().contains("thinking");
    }

    /**
     * Has the server put a prompt together, of a chat that ends with half an answer, and not run it
     * (Ollama 0.11.5; an older one says one token, which is no such prompt). With the length that
     * the model has in memory, so that it is not loaded anew.
     */
    private Future<Boolean> rendered(ServerState holder, ModelName model, String label) {
        ObjectNode body = AnswerLine.JSON.createObjectNode();
        body.put("model", label).put("stream", false).put("_debug_render_only", true);
        ObjectNode options = body.putObject("options").put("num_predict", 1);
        length(holder, model).ifPresent(length -> options.put("num_ctx", length));
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "user").put("content", "Tell me a story.");
        messages.addObject().put("role", "assistant").put("content", BEGUN);
        return new ServerCall(
                        connections,
                        holder.server().url(),
                        HttpMethod.POST,
                        "/api/chat",
                        Buffer.buffer(body.toString()))
                .reply(LIMIT)
                .map(reply ->
                        reply.json().at("/_debug_info/rendered_template").asText().endsWith(BEGUN));
    }

    private static Optional<Integer> length(ServerState holder, ModelName model) {
        String digest = holder.digest(model);
        return holder.running().stream()
                .filter(loaded -> digest.equals(loaded.digest()))
                .flatMap(loaded -> Optional.ofNullable(loaded.contextLength()).stream())
                .findFirst();
    }

    private void remember(String digest, boolean goesOn) {
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(digest, goesOn);
    }
}
