package dev.aicortex.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.aicortex.config.CortexConfig;
import dev.aicortex.gateway.request.BodyBudget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The answers that are kept: in this process, and where replicas share them in Redis too. */
@Singleton
public class AnswerCache {
    private static final Logger LOG = Logger.getLogger(AnswerCache.class);

    final Cache<String, Kept> here;
    private final @Nullable SharedAnswers shared;
    private final Map<Result, Counter> results = new EnumMap<>(Result.class);
    private final long longest;
    final Flights flights = new Flights();

    /** For answers that are on their way to their clients. */
    public final BodyBudget passing = new BodyBudget(Runtime.getRuntime().maxMemory() / 10);

    /** What the cache has to do with an answer. */
    public enum Result {
        /** It is one that was kept. */
        HIT,
        /** A server gave it, and it is kept unless something stands against that. */
        MISS,
        /** The cache was not looked at. */
        BYPASS;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** For example {@code hit}. */
        public String word() {
            return word;
        }
    }

    AnswerCache(CortexConfig config, Instance<SharedAnswers> shared, MeterRegistry registry) {
        CortexConfig.Cache cache = config.cache();
        long size = size(cache.size().asLongValue());
        this.here =
                Caffeine.newBuilder()
                        .maximumWeight(size)
                        .weigher((String key, Kept kept) -> key.length() + kept.weight())
                        .expireAfter(Expiry.writing((String _, Kept kept) -> left(kept, cache)))
                        .executor(Runnable::run)
                        .build();
        this.shared = cache.shared() ? shared.get() : null;
        this.longest = Math.min(cache.maxAnswer().asLongValue(), size);
        for (Result result : Result.values()) {
            results.put(result, counter(result, registry));
        }
        Gauge.builder("cortex.cache.entries", here, Cache::estimatedSize)
                .description("Answers and embeddings that are kept in this process")
                .register(registry);
        Gauge.builder("cortex.cache.bytes", here, AnswerCache::bytes)
                .description("The memory that they take, about")
                .register(registry);
        Gauge.builder("cortex.cache.waiting", flights, Flights::waiting)
                .description("Requests that wait for the answer to an identical one")
                .register(registry);
    }

    /** One that another replica got has been kept there already. */
    private static Duration left(Kept kept, CortexConfig.Cache cache) {
        return kept.left(cache.ttl(), System.currentTimeMillis());
    }

    /** A gateway without memory would stop. */
    private static long size(long wanted) {
        long most = Runtime.getRuntime().maxMemory() / 3;
        if (wanted > most) {
            LOG.warnf(
                    "cortex.cache.size: %d bytes are more than a third of the memory of this process; %d are used. Give it more by JAVA_OPTS=-Xmx…",
                    wanted, most);
        }
        return Math.min(wanted, most);
    }

    private static Counter counter(Result result, MeterRegistry registry) {
        return Counter.builder("cortex.cache")
                .description("Requests on routes whose answers can be kept, by what came of it")
                .tag("result", result.word())
                .register(registry);
    }

    private static double bytes(Cache<String, Kept> cache) {
        return cache.policy()
                .eviction()
                .map(eviction -> (double) eviction.weightedSize().orElse(0))
                .orElse(0.0);
    }

    /** A request had this result. */
    public void count(Result result) {
        Objects.requireNonNull(results.get(result)).increment();
    }

    /** In bytes. */
    long longest() {
        return longest;
    }

    /** What this process has kept. */
    Optional<Kept> here(String key) {
        return Optional.ofNullable(here.getIfPresent(key));
    }

    /**
     * What is kept under these keys; may complete on another thread where replicas share it.
     *
     * @return never fails
     */
    public Future<Map<String, Kept>> find(List<String> keys) {
        Map<String, Kept> found = new HashMap<>(here.getAllPresent(keys));
        List<String> missing = keys.stream().filter(key -> !found.containsKey(key)).toList();
        if (shared == null || missing.isEmpty()) {
            return Future.succeededFuture(found);
        }
        return UniHelper.toFuture(shared.find(missing))
                .map(there -> {
                    here.putAll(there);
                    found.putAll(there);
                    return found;
                });
    }

    /** Keeps it in place of what was kept before. */
    public void keep(String key, Kept kept) {
        keep(Map.of(key, kept));
    }

    /** The same for some together. */
    public void keep(Map<String, Kept> some) {
        Map<String, Kept> kept = new HashMap<>(some);
        kept.values().removeIf(each -> each.bytes().length() > longest);
        here.putAll(kept);
        if (shared != null && !kept.isEmpty()) {
            shared.keep(kept);
        }
    }
}
