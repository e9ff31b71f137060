package dev.aicortex.gateway;

import dev.aicortex.model.Endpoint;
import dev.aicortex.model.ValidationException;
import dev.aicortex.relay.ModelEcho;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.UsageFilter;
import dev.aicortex.translate.NativeRoute;
import dev.aicortex.translate.Translation;
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

    private final BodyWork work;
    private final ContextLength lengths;

    Passages(Vertx vertx, ContextLength lengths) {
        this.work = new BodyWork(vertx, SHORT);
        this.lengths = lengths;
    }

    /**
     * The way for one model.
     *
     * @param numCtx the header that asks for a context length
     * @return fails with a {@link ValidationException} when there is none
     */
    Future<Passage> of(
            InferenceRequest request, Route route, Target target, @Nullable String numCtx) {
        OptionalInt length = lengths.of(target.name(), numCtx);
        Optional<NativeRoute> translated = NativeRoute.at(route.endpoint().path());
        if (length.isEmpty() || translated.isEmpty()) {
            return Future.succeededFuture(direct(request, route.endpoint(), target, length));
        }
        return work.read(
                request.body(),
                () ->
                        new Passage.Translated(
                                Translation.of(
                                        translated.get(),
                                        request.body()::open,
                                        length.getAsInt(),
                                        target.spelling(),
                                        request.spelling()),
                                length.getAsInt(),
                                route));
    }

    private static Passage direct(
            InferenceRequest request, Endpoint endpoint, Target target, OptionalInt numCtx) {
        List<Splice> splices = Changes.of(request, endpoint, target, numCtx);
        return new Passage.Direct(
                endpoint.path(),
                splices.isEmpty()
                        ? request.body().unchanged()
                        : Splice.apply(splices, request.body().length()),
                rewritings(request, endpoint, target));
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
