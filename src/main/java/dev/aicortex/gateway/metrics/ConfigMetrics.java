package dev.aicortex.gateway.metrics;

import dev.aicortex.config.LiveConfig;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** How it is with the configuration's file; nothing when there is none. */
@Singleton
class ConfigMetrics {
    private final MeterRegistry registry;
    private final LiveConfig config;

    ConfigMetrics(MeterRegistry registry, LiveConfig config) {
        this.registry = registry;
        this.config = config;
    }

    void register(@Observes StartupEvent event) {
        if (config.status().isPresent()) {
            reloads("taken", LiveConfig::taken);
            reloads("refused", LiveConfig::refused);
            Gauge.builder("cortex.config.in.force", config, ConfigMetrics::inForce)
                    .description("1 when the configuration's file is the one in force")
                    .register(registry);
        }
    }

    private void reloads(String result, ToDoubleFunction<LiveConfig> count) {
        FunctionCounter.builder("cortex.config.reloads", config, count)
                .description("Changes of the configuration's file, by what became of them")
                .tag("result", result)
                .register(registry);
    }

    private static double inForce(LiveConfig config) {
        return config.status().filter(status -> status.problem() == null).isPresent() ? 1 : 0;
    }
}
