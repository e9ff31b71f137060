package dev.aicortex.gateway.metrics;

import dev.aicortex.fleet.Drift.Content;
import dev.aicortex.fleet.Pool;
import dev.aicortex.model.ModelName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests that go to another content of their model than the one that is served: counted, and told
 * of once a minute and model.
 */
final class Fallbacks {
    private static final Logger LOG = Logger.getLogger(Fallbacks.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<ModelName, Counter> counters = new ConcurrentHashMap<>();
    private final Map<ModelName, Instant> told = new ConcurrentHashMap<>();

    Fallbacks(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** A request goes to this pool. */
    void of(ModelName model, Pool pool) {
        counters.computeIfAbsent(model, this::counter).increment();
        told.compute(model, (_, last) -> tell(model, pool, last));
    }

    private Instant tell(ModelName model, Pool pool, @Nullable Instant last) {
        Instant now = clock.instant();
        if (last != null && now.isBefore(last.plus(QUIET))) {
            return last;
        }
        LOG.warnf(
                "%s: no server with the content that is served can be asked; %s answers in its place",
                model, Content.shortened(pool.content()));
        return now;
    }

    /** Only models that servers hold come this far, so that there are not ever more of them. */
    private Counter counter(ModelName model) {
        return Counter.builder("cortex.model.fallbacks")
                .description("Requests sent to another content of a model than the one served")
                .tag("model", model.canonical())
                .register(registry);
    }
}
