package dev.aicortex.gateway.rewrite;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.calls.ServerCall;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.FailureText;
import dev.aicortex.ollama.OllamaConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    public String content(Server server, ModelName model) {
        return fleet.snapshot().digest(server, model);
    }

    /**
     * Makes an answer ready for the next server; fails when the model cannot go on with it, or
     * nobody says, or it is as long as it may be.
     */
    public Future<Void> prepare(Resumption answer, ModelName model) {
        return possible(answer, model)
                .compose(goesOn ->
                        goesOn
                                ? answer.prepare()
                                : Future.failedFuture(
                                        ServerException.exhausted(
                                                "model '%s' does not go on with an answer that was begun"
                                                        .formatted(model.canonical()))));
    }

    private Future<Boolean> possible(Resumption answer, ModelName model) {
        if (answer.text().isEmpty() || answer.content().isEmpty()) {
            return Future.succeededFuture(answer.text().isEmpty());
        }
        Boolean told = known.get(answer.content());
        List<ServerState> holders = answer.holders(fleet.snapshot().holders(model), model);
        return told != null
                ? Future.succeededFuture(told)
                : asked(answer.content(), model, holders.stream().filter(ServerState::up).toList());
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
        String label = Objects.requireNonNull(holder.models().get(model)).label();
        return vertx.executeBlocking(() -> control.show(holder.server().url(), label), false)
                .compose(shown ->
                        Objects.requireNonNull(shown).abilities().contains("thinking")
                                ? Future.succeededFuture(false)
                                : rendered(holder, model, label));
    }

    /**
     * Has the server put a prompt together, of a chat that ends with half an answer, and not run it
     * (Ollama 0.11.5; an older one says one token, which is no such prompt). With the length that
     * the model has in memory, so that it is not loaded anew.
     */
    private Future<Boolean> rendered(ServerState holder, ModelName model, String label) {
        JsonObject options = new JsonObject().put("num_predict", 1);
        int length = Plans.window(holder, model);
        if (length > 0) {
            options.put("num_ctx", length);
        }
        JsonObject body =
                new JsonObject()
                        .put("model", label)
                        .put("stream", false)
                        .put("_debug_render_only", true)
                        .put("options", options)
                        .put(
                                "messages",
                                JsonArray.of(
                                        message("user", "Tell me a story."),
                                        message("assistant", BEGUN)));
        return new ServerCall(
                        connections,
                        holder.server().url(),
                        HttpMethod.POST,
                        "/api/chat",
                        body.toBuffer())
                .reply(LIMIT)
                .map(reply ->
                        reply.json().at("/_debug_info/rendered_template").asText().endsWith(BEGUN));
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    private void remember(String digest, boolean goesOn) {
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(digest, goesOn);
    }
}
