package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.gateway.rewrite.ContextLength;
import dev.aicortex.gateway.rewrite.LoadRequest;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.routing.KeepWarm;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jboss.logging.Logger;

/** Keeps the models in memory that {@code cortex.warm} names. */
@ApplicationScoped
class WarmJob implements LiveConfig.Part {
    private static final Logger LOG = Logger.getLogger(WarmJob.class);

    /** A model is loaded on one server no more often than this. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private volatile Map<String, Integer> wanted;
    private final Fleet fleet;
    private final Loads loads;
    private final ContextLength lengths;
    private final Clock clock = Clock.systemUTC();
    private final Map<Holding, Instant> loaded = new WeakHashMap<>();
    private final Set<String> toldMissing = new HashSet<>();

    WarmJob(CortexConfig config, Fleet fleet, Loads loads, ContextLength lengths) {
        this.wanted = config.warm();
        this.fleet = fleet;
        this.loads = loads;
        this.lengths = lengths;
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        return () -> wanted = next.warm();
    }

    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void keepWarm() {
        if (fleet.swept().isComplete()) {
            wanted.forEach(this::keepWarm);
        }
    }

    private void keepWarm(String model, int servers) {
        ModelName name = ModelName.of(model);
        Pool pool = fleet.snapshot().pool(name);
        if (pool.size() < servers && toldMissing.add(model)) {
            LOG.warnf(
                    "cortex.warm.%s: %d servers hold the model, not %d",
                    model, pool.size(), servers);
        }
        Instant now = clock.instant();
        KeepWarm plan = KeepWarm.of(pool, servers, now, holding -> mayLoad(holding, now));
        plan.touch().forEach(i -> loads.start(pool.holding(i), () -> request(model, pool, i)));
        plan.load()
                .forEach(i -> {
                    loaded.put(pool.holding(i), now);
                    loads.start(pool.holding(i), () -> request(model, pool, i));
                });
    }

    /** Where it failed, or had to make room for another one, it would again. */
    private boolean mayLoad(Holding holding, Instant now) {
        return !loaded.getOrDefault(holding, Instant.EPOCH).plus(AGAIN).isAfter(now);
    }

    /** With the context length that it has there where none is set: another would load it anew. */
    private LoadRequest request(String model, Pool pool, int index) {
        ContextLength.Wish wish = lengths.of(ModelName.of(model));
        int length =
                wish.none()
                        ? KeepWarm.running(pool, index).map(RunningModel::contextLength).orElse(0)
                        : wish.on(pool.holding(index));
        return LoadRequest.toKeep(model, length);
    }
}
