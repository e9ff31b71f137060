package dev.aicortex.gateway;

import dev.aicortex.fleet.Fleet;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What a dashboard shows of the fleet as a whole; there from the start. */
@ApplicationScoped
class FleetMetrics {
    private final MeterRegistry registry;
    private final Fleet fleet;

    FleetMetrics(MeterRegistry registry, Fleet fleet) {
        this.registry = registry;
        this.fleet = fleet;
    }

    void register(@Observes StartupEvent event) {
        Gauge.builder("cortex.model.drift", fleet, all -> all.snapshot().drifts().size())
                .description("Models whose tag has different contents on different servers")
                .register(registry);
    }
}
