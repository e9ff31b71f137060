package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerException;
import dev.aicortex.ollama.ControlApi;
import dev.aicortex.ollama.ModelDetails;
import dev.aicortex.ollama.TagList;
import dev.aicortex.ollama.UnreachableException;
import dev.aicortex.prompt.template.ChatTemplate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Knows which models go on with an answer that was begun. */
@Singleton
class Continuations {
    private static final Logger LOG = Logger.getLogger(Continuations.class);

    /** Contents that are remembered; when there are more, all are asked for again. */
    private static final int MOST = 1_000;

    private final Vertx vertx;
    private final ControlApi control;
    private final Fleet fleet;
    private final ResumeWishes wishes;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();

    Continuations(Vertx vertx, ControlApi control, Fleet fleet, CortexConfig config) {
        this.vertx = vertx;
        this.control = control;
        this.fleet = fleet;
        this.wishes = new ResumeWishes(config);
    }

    /** Whether a request asks for it, or all of its kind do. */
    boolean wanted(RoutingContext request) {
        return wishes.of(request.request().getHeader(Resumption.HEADER), Caller.of(request));
    }

    /** The digest of what a server has under this name; empty when it is not known. */
    Optional<String> content(Server server, ModelName model) {
        return fleet.snapshot().state(server).flatMap(state -> content(state, model));
    }

    static Optional<String> content(ServerState state, ModelName model) {
        return Optional.of(state.digest(model)).filter(digest -> !digest.isEmpty());
    }

    /** Done when the model can go on with this answer; fails when it cannot, or nobody says. */
    Future<Void> possible(Resumption answer, ModelName model) {
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
        return told != null
                ? Future.succeededFuture(told)
                : vertx.executeBlocking(() -> asked(digest, model, up), false)
                        .map(Boolean.TRUE::equals);
    }

    private boolean asked(String digest, ModelName model, List<ServerState> holders) {
        for (ServerState holder : holders) {
            Optional<Boolean> told = asked(holder, model);
            if (told.isPresent()) {
                remember(digest, told.get());
                return told.get();
            }
        }
        return false;
    }

    private Optional<Boolean> asked(ServerState holder, ModelName model) {
        TagList.Tag tag = holder.models().get(model);
        try {
            return tag == null
                    ? Optional.empty()
                    : Optional.of(goesOn(control.show(holder.server().url(), tag.label())));
        } catch (UnreachableException e) {
            LOG.warnf("%s did not tell of a model's template: %s", holder.server(), e.reason());
            return Optional.empty();
        }
    }

    /** A model that thinks would begin to do so again. */
    private static boolean goesOn(ModelDetails details) {
        return !details.abilities().contains("thinking")
                && details.promptTemplate().filter(ChatTemplate::continuesAnswers).isPresent();
    }

    private void remember(String digest, boolean goesOn) {
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(digest, goesOn);
    }
}
