package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.gateway.cache.AnswerCache;
import dev.aicortex.gateway.cache.AnswerCache.Result;
import dev.aicortex.gateway.cache.Detour;
import dev.aicortex.gateway.cache.Lookup;
import dev.aicortex.gateway.cache.Question;
import dev.aicortex.gateway.dispatch.Scope;
import dev.aicortex.gateway.embeddings.EmbeddingList;
import dev.aicortex.gateway.embeddings.EmbeddingLists;
import dev.aicortex.gateway.embeddings.Inputs;
import dev.aicortex.gateway.request.BodyWork;
import dev.aicortex.gateway.request.Caller;
import dev.aicortex.gateway.request.Request;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.gateway.request.RequestMarks;
import dev.aicortex.gateway.rewrite.ContextLength;
import dev.aicortex.gateway.rewrite.Plan;
import dev.aicortex.gateway.rewrite.Target;
import dev.aicortex.keys.ApiKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which requests may be answered otherwise than by one server, and how. */
@Singleton
final class Detours {
    private static final Future<Optional<Detour>> NONE = Future.succeededFuture(Optional.empty());

    /** What is longer is not looked at: it is parsed in memory, several times its size. */
    private static final long LONGEST = Runtime.getRuntime().maxMemory() / 400;

    private final Vertx vertx;
    private final BodyWork work;
    private final EmbeddingLists lists;
    private final ContextLength lengths;
    private final @Nullable AnswerCache cache;

    Detours(
            Vertx vertx,
            CortexConfig config,
            EmbeddingLists lists,
            ContextLength lengths,
            Instance<AnswerCache> cache) {
        this.vertx = vertx;
        this.work = new BodyWork(vertx);
        this.lists = lists;
        this.lengths = lengths;
        this.cache = config.cache().size().asLongValue() > 0 ? cache.get() : null;
    }

    /**
     * What a client wants of the cache.
     *
     * @param looks whether one that is kept may be the answer
     * @param keeps whether the answer may be kept
     */
    private record Wanted(boolean looks, boolean keeps) {
        static Wanted of(@Nullable String cacheControl) {
            String words = cacheControl == null ? "" : cacheControl.toLowerCase(Locale.ROOT);
            boolean keeps = !words.contains("no-store");
            return new Wanted(keeps && !words.contains("no-cache"), keeps);
        }
    }

    /** The way that this request takes before a server is asked; empty for the usual one. */
    Future<Optional<Detour>> of(
            RoutingContext context,
            HttpExchange exchange,
            Request request,
            List<Target> targets,
            Scope scope) {
        Endpoint endpoint = request.endpoint();
        if (!cacheable(endpoint) || request.unloads()) {
            return NONE;
        }
        Consumer<Result> told = told(exchange);
        if (!(request.body() instanceof RequestBody.InMemory body)
                || body.length() > LONGEST
                || !request.marks().asks()) {
            told.accept(Result.BYPASS);
            return NONE;
        }
        Wanted wanted = Wanted.of(context.request().getHeader(HttpHeaders.CACHE_CONTROL));
        Asked asked = new Asked(exchange, request, targets, scope, wanted, told);
        ApiKey key = Caller.key(context);
        String whose = key == null ? "" : key.id();
        return work.read(body, () -> way(asked, body, whose))
                .map(way -> {
                    if (way.isEmpty()) {
                        told.accept(Result.BYPASS);
                    }
                    return way;
                });
    }

    private record Asked(
            HttpExchange exchange,
            Request request,
            List<Target> targets,
            Scope scope,
            Wanted wanted,
            Consumer<Result> told) {
        Endpoint endpoint() {
            return request.endpoint();
        }

        Target target() {
            return targets.getFirst();
        }
    }

    private static boolean cacheable(Endpoint endpoint) {
        return endpoint.generates() || endpoint == Endpoint.EMBEDDING || takesLists(endpoint);
    }

    private static boolean takesLists(Endpoint endpoint) {
        return endpoint == Endpoint.EMBED || endpoint == Endpoint.EMBEDDINGS;
    }

    private Consumer<Result> told(HttpExchange exchange) {
        AnswerCache used = cache;
        return used == null
                ? _ -> {}
                : result -> {
                    used.count(result);
                    exchange.cache(result);
                };
    }

    /** May run on a worker thread. */
    private Optional<Detour> way(Asked asked, RequestBody.InMemory body, String whose) {
        try {
            List<String> around = around(asked.request, asked.target(), whose);
            byte[] sent = Plan.bytes(asked.request, asked.target()).getBytes();
            Optional<Inputs> inputs = // embeddings of several models are not to be mixed
                    takesLists(asked.endpoint()) && asked.targets.size() == 1
                            ? Inputs.of(body.join(body.unchanged()))
                            : Optional.empty();
            return inputs.isPresent()
                    ? list(asked, around, sent, inputs.get())
                    : lookup(asked, around, sent);
        } catch (IOException _) {
            return Optional.empty(); // a server is to say what it makes of it
        }
    }

    private Optional<Detour> lookup(Asked asked, List<String> around, byte[] sent)
            throws IOException {
        if (cache == null || !asked.wanted.keeps) {
            return Optional.empty();
        }
        Question question = Question.of(around, asked.endpoint(), sent);
        return question.deterministic()
                ? Optional.of(
                        new Lookup(
                                vertx,
                                cache,
                                question,
                                asked.request.stream(),
                                !asked.wanted.looks,
                                asked.told))
                : Optional.empty();
    }

    private Optional<Detour> list(Asked asked, List<String> around, byte[] sent, Inputs inputs)
            throws IOException {
        AnswerCache used = asked.wanted.keeps ? cache : null;
        if (used == null && !lists.splits(inputs)) {
            return Optional.empty();
        }
        EmbeddingList.Keeping keeping =
                new EmbeddingList.Keeping(
                        used,
                        Question.withoutInput(around, asked.endpoint(), sent),
                        !asked.wanted.looks,
                        asked.told);
        return Optional.of(
                lists.list(
                        asked.exchange,
                        asked.request,
                        asked.target(),
                        asked.scope,
                        inputs,
                        keeping));
    }

    /** What an answer depends on beside the body that servers get. */
    private List<String> around(Request request, Target target, String whose) {
        RequestMarks.Member options = request.marks().streamOptions();
        return List.of(
                whose,
                request.spelling(),
                String.valueOf(request.stream()),
                String.valueOf(options != null && options.sets("include_usage")),
                lengths.of(target.name(), request.head().numCtx()).toString());
    }
}
