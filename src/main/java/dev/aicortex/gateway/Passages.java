package dev.aicortex.gateway;

import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ValidationException;
import dev.aicortex.relay.ModelEcho;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.UsageFilter;
import dev.aicortex.translate.Continuation;
import dev.aicortex.translate.NativeRoute;
import dev.aicortex.translate.PromptLength;
import dev.aicortex.translate.Translation;
import dev.aicortex.translate.Truncation;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides how a request is put to servers. */
@Singleton
class Passages {
    /** What is longer is not parsed on an event loop. */
    private static final long SHORT = 128 * 1024;

    /** No server gives a model fewer tokens than this unless it is told to. */
    private static final int SMALLEST_WINDOW = 1_024;

    private static final Future<Long> NOTHING = Future.succeededFuture(0L);

    private final BodyWork work;
    private final ContextLength lengths;
    private final Windows windows;

    Passages(Vertx vertx, ContextLength lengths, Windows windows) {
        this.windows = windows;
        this.work = new BodyWork(vertx, SHORT);
        this.lengths = lengths;
    }

    /**
     * The way for one model.
     *
     * @param numCtx the header that asks for a context length
     * @param resume whether another server is to go on with a stream that breaks off, if one can
     * @return fails with a {@link ValidationException} when there is none
     */
    Future<Passage> of(
            InferenceRequest request,
            Route route,
            Target target,
            @Nullable String numCtx,
            boolean resume) {
        OptionalInt length = lengths.of(target.name(), numCtx);
        return resume
                ? resumable(request, route, target, length)
                : ordinary(request, route, target, length);
    }

    /** By the native route from the start: only there another server can go on. */
    private Future<Passage> resumable(
            InferenceRequest request, Route route, Target target, OptionalInt length) {
        Continuation chat = new Continuation(route.endpoint(), length.orElse(0), target.spelling());
        return work.read(request.body(), () -> chat.possible(request.body()::open))
                .compose(possible ->
                        possible
                                ? natively(request, route, target, length)
                                        .map(way -> resumable(way, chat, request))
                                : ordinary(request, route, target, length));
    }

    private Passage resumable(Passage way, Continuation chat, InferenceRequest request) {
        return new Passage.Resumable(
                way, new Resumption(chat, request.body(), work, way.overAllParts()));
    }

    private Future<Passage> natively(
            InferenceRequest request, Route route, Target target, OptionalInt length) {
        return NativeRoute.at(route.endpoint().path())
                .map(to -> translated(to, request, route, target, length.orElse(0)))
                .orElseGet(() -> ordinary(request, route, target, length));
    }

    private Future<Passage> ordinary(
            InferenceRequest request, Route route, Target target, OptionalInt length) {
        Optional<NativeRoute> translated = NativeRoute.at(route.endpoint().path());
        if (length.isEmpty() || translated.isEmpty()) {
            return estimate(request, route, target, length)
                    .map(tokens -> direct(request, route.endpoint(), target, length, tokens));
        }
        return translated(translated.get(), request, route, target, length.getAsInt());
    }

    private Future<Passage> translated(
            NativeRoute to, InferenceRequest request, Route route, Target target, int length) {
        return work.read(
                request.body(),
                () ->
                        new Passage.Translated(
                                Translation.of(
                                        to,
                                        request.body()::open,
                                        length,
                                        target.spelling(),
                                        request.spelling()),
                                length,
                                route));
    }

    /** Only of a prompt that may not fit: most are far too short for that. */
    private Future<Long> estimate(
            InferenceRequest request, Route route, Target target, OptionalInt numCtx) {
        long mostTokens = Truncation.estimate(request.body().length());
        boolean tooShort = numCtx.isEmpty() && mostTokens < SMALLEST_WINDOW;
        if (tooShort || !route.endpoint().generates()) {
            return NOTHING;
        }
        OptionalInt window = numCtx.isPresent() ? numCtx : windows.smallest(target.name());
        return window.isPresent() && Truncation.likely(mostTokens, window.getAsInt())
                ? work.read(request.body(), () -> PromptLength.estimate(request.body()::open))
                        .recover(Passages::unknown)
                : NOTHING;
    }

    /** A body that is too much for an estimate may still be right for a server. */
    private static Future<Long> unknown(Throwable failure) {
        return failure instanceof ValidationException ? NOTHING : Future.failedFuture(failure);
    }

    private static Passage direct(
            InferenceRequest request,
            Endpoint endpoint,
            Target target,
            OptionalInt numCtx,
            long promptEstimate) {
        List<Splice> splices = Changes.of(request, endpoint, target, numCtx);
        return new Passage.Direct(
                endpoint.path(),
                splices.isEmpty()
                        ? request.body().unchanged()
                        : Splice.apply(splices, request.body().length()),
                rewritings(request, endpoint, target),
                numCtx.orElse(0),
                promptEstimate);
    }

    private static Supplier<Rewriting> rewritings(
            InferenceRequest request, Endpoint endpoint, Target target) {
        boolean usage = Changes.asksForUsage(request, endpoint);
        boolean renamed = !target.spelling().equals(request.spelling());
        return () ->
                (usage ? new UsageFilter() : Rewriting.NONE)
                        .then(
                                renamed
                                        ? new ModelEcho(target.name(), request.spelling())
                                        : Rewriting.NONE);
    }
}
