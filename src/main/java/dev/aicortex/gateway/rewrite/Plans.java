package dev.aicortex.gateway.rewrite;

import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.model.ValidationException;
import dev.aicortex.prompt.PromptLength;
import dev.aicortex.prompt.Truncation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.OptionalInt;

/** Decides how a request is put to servers. */
@Singleton
public class Plans {
    /** What is longer is not parsed on an event loop. */
    private static final long SHORT = 128 * 1024;

    /** No server gives a model fewer tokens than this unless it is told to. */
    private static final int SMALLEST_WINDOW = 1_024;

    private static final Future<Long> NOTHING = Future.succeededFuture(0L);

    private final BodyWork work;
    private final Windows windows;

    Plans(Vertx vertx, Windows windows) {
        this.windows = windows;
        this.work = new BodyWork(vertx, SHORT);
    }

    /**
     * The plan for one model.
     *
     * @param wish the context length that the request needs
     */
    public Future<Plan> of(Request request, Target target, ContextLength.Wish wish) {
        Future<Plan> plan =
                estimate(request, target, wish)
                        .map(tokens -> new Plan(request, target, wish, tokens, null));
        boolean resume =
                request.resume() && request.stream() && PlainChat.possibleAt(request.endpoint());
        return resume ? plan.compose(this::resumable) : plan;
    }

    private Future<Plan> resumable(Plan plan) {
        RequestBody body = plan.request().body();
        return work.read(body, () -> PlainChat.in(body, plan.request().endpoint()))
                .map(chat -> chat.map(Resumption::new).map(plan::with).orElse(plan));
    }

    /** Only of a prompt that may not fit: most are far too short for that. */
    private Future<Long> estimate(Request request, Target target, ContextLength.Wish wish) {
        long mostTokens = Truncation.estimate(request.body().length());
        boolean tooShort = wish.none() && mostTokens < SMALLEST_WINDOW;
        if (tooShort || !request.endpoint().generates()) {
            return NOTHING;
        }
        OptionalInt window =
                wish.none() ? windows.smallest(target.name()) : OptionalInt.of(wish.tokens());
        return window.isPresent() && Truncation.likely(mostTokens, window.getAsInt())
                ? work.read(request.body(), () -> PromptLength.estimate(request.body().open()))
                        .recover(Plans::unknown)
                : NOTHING;
    }

    /** A body that is too much for an estimate may still be right for a server. */
    private static Future<Long> unknown(Throwable failure) {
        return failure instanceof ValidationException ? NOTHING : Future.failedFuture(failure);
    }
}
