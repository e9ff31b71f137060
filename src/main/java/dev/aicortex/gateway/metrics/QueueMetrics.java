package dev.aicortex.gateway.metrics;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Server;
import dev.aicortex.model.Priority;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/** How requests wait, and what becomes of loads. */
@Singleton
public class QueueMetrics {
    private final MeterRegistry registry;
    private final Map<Priority, Timer> waits = new EnumMap<>(Priority.class);

    public QueueMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Priority priority : Priority.values()) {
            waits.put(priority, waits(priority));
        }
    }

    private Timer waits(Priority priority) {
        return Timer.builder("cortex.queue.wait")
                .description("How long requests waited that did not get a place at once")
                .tag("priority", priority.word())
                .register(registry);
    }

    /** Shows how many wait. */
    public void waiting(ToIntFunction<Priority> count) {
        for (Priority priority : Priority.values()) {
            Gauge.builder("cortex.queue.waiting", () -> count.applyAsInt(priority))
                    .description("Requests that wait for a place on a server")
                    .tag("priority", priority.word())
                    .register(registry);
        }
    }

    /** It has waited, and waits no longer. */
    public void left(Priority priority, long waitedMillis) {
        Objects.requireNonNull(waits.get(priority)).record(waitedMillis, TimeUnit.MILLISECONDS);
    }

    /** It got no place: the line is full, or there is no hope, or it left, or was too late. */
    public void refused(Priority priority, String reason) {
        registry.counter("cortex.queue.refused", "priority", priority.word(), "reason", reason)
                .increment();
    }

    /** The gateway had a model loaded. */
    public void load(Server server, Outcome outcome) {
        String word = outcome instanceof Outcome.Answered ? "loaded" : "failed";
        registry.counter("cortex.loads", "server", server.toString(), "outcome", word).increment();
    }
}
