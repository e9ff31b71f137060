package dev.aicortex.gateway.rewrite;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.rewrite.ContextLength.Wish;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.prompt.PromptLength;
import dev.aicortex.prompt.Truncation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides how a request is put to servers. */
@Singleton
public class Plans {
    /** No server gives a model fewer tokens than this unless it is told to. */
    private static final int SMALLEST_WINDOW = 1_024;

    private static final Future<Long> NOTHING = Future.succeededFuture(0L);

    private final BodyWork work;
    private final Fleet fleet;
    private final ContextLength lengths;
    final ContextTags tags;

    Plans(Vertx vertx, Fleet fleet, ContextLength lengths, ContextTags tags) {
        this.work = new BodyWork(vertx);
        this.fleet = fleet;
        this.lengths = lengths;
        this.tags = tags;
    }

    /**
     * The plan for one model.
     *
     * @throws ValidationException when the client asks for a context length that is none
     */
    public Future<Plan> of(Request request, Target target) {
        Wish wish = wish(request, target.name());
        return estimate(request, target, wish)
                .compose(tokens ->
                        resumption(request)
                                .map(begun ->
                                        new Plan(this, request, target, wish, tokens, begun)));
    }

    /** What runs on somebody else's machine has the length that it has there. */
    private Wish wish(Request request, ModelName model) {
        Wish wish = lengths.of(model, request.head().numCtx(), own(request));
        boolean runsThere = !model.cloud() && !fleet.snapshot().remote().contains(model);
        return runsThere && request.endpoint() != Endpoint.SHOW ? wish : Wish.NONE;
    }

    /** What a server is asked for when the client asks for a length itself; 0 = as it stands. */
    int length(Request request, Wish wish, Holding holding) {
        return own(request) > 0 && lengths.keeps() ? wish.on(holding) : request.marks().numCtx();
    }

    /**
     * The length that a client asks for itself and may get more of; 0 for none. An embedding's text
     * is cut to it, so more would be another answer.
     */
    static int own(Request request) {
        Endpoint endpoint = request.endpoint();
        return endpoint.takesOptions() && endpoint.generates() ? request.marks().numCtx() : 0;
    }

    private Future<Optional<Resumption>> resumption(Request request) {
        return request.resume() && request.stream() && request.endpoint() == Endpoint.CHAT
                ? work.read(request.body(), () -> PlainChat.in(request.body()).map(Resumption::new))
                : Future.succeededFuture(Optional.empty());
    }

    /** Only of a prompt that may not fit: most are far too short for that. */
    private Future<Long> estimate(Request request, Target target, Wish wish) {
        long mostTokens = Truncation.estimate(request.body().length());
        boolean tooShort = wish.none() && mostTokens < SMALLEST_WINDOW;
        if (tooShort || !request.endpoint().generates()) {
            return NOTHING;
        }
        int window = wish.none() ? smallestWindow(target.name()) : wish.tokens();
        return Truncation.likely(mostTokens, window)
                ? work.read(request.body(), () -> PromptLength.estimate(request.body().open()))
                        .recover(Plans::unknown)
                : NOTHING;
    }

    /** A body that is too much for an estimate may still be right for a server. */
    private static Future<Long> unknown(Throwable failure) {
        return failure instanceof ValidationException ? NOTHING : Future.failedFuture(failure);
    }

    /** That of the server where a request may have the least room; 0 when none tells. */
    private int smallestWindow(ModelName model) {
        return fleet.snapshot().holders(model).stream()
                .mapToInt(state -> window(state, model))
                .filter(length -> length > 0)
                .min()
                .orElse(0);
    }

    /** The context length that a server tells of a model in its memory, in tokens; 0 = unknown. */
    int window(Server server, ModelName model) {
        return fleet.snapshot().state(server).map(state -> window(state, model)).orElse(0);
    }

    static int window(ServerState state, ModelName model) {
        TagList.Tag tag = state.models().get(model);
        for (RunningModel loaded : state.running()) {
            Integer length = loaded.contextLength();
            if (length != null && length > 0 && same(loaded, tag, model)) {
                return length;
            }
        }
        return 0;
    }

    /** One content may be loaded under another of its names. */
    private static boolean same(RunningModel loaded, TagList.@Nullable Tag tag, ModelName model) {
        boolean content =
                tag != null && tag.digest() != null && tag.digest().equals(loaded.digest());
        return content || ModelName.of(loaded.label()).equals(model);
    }
}
