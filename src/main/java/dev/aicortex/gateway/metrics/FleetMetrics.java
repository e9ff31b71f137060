package dev.aicortex.gateway.metrics;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** How the fleet and each of its servers is, as the gateway sees it; there as long as they are. */
@Singleton
class FleetMetrics {
    private static final String PREFIX = "cortex.server.";

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

    void changed(@Observes Fleet.Change change) {
        change.gone().stream().filter(server -> !here(server)).forEach(this::remove);
        change.come().forEach(this::register);
    }

    /** Also one of the same address that came meanwhile. */
    private boolean here(Server server) {
        return fleet.snapshot().states().stream()
                .anyMatch(state -> state.server().toString().equals(server.toString()));
    }

    private void remove(Server server) {
        for (Meter meter : registry.getMeters()) {
            Meter.Id id = meter.getId();
            if (id.getName().startsWith(PREFIX) && server.toString().equals(id.getTag("server"))) {
                registry.remove(meter);
            }
        }
    }

    private void register(Server server) {
        gauge(server, "in.flight", "Requests it works on for this gateway", Server::inFlight);
        gauge(server, "parallel", "How many it answers at once, set or learned", Server::parallel);
        gauge(server, "models.resident", "Models in its memory", Server::residents);
        flag(server, "up", "1 when it answered its last probe", this::up);
        flag(server, "asleep", "1 when it is off until a request needs it", this::asleep);
        FunctionCounter.builder(PREFIX + "wakes", server, each -> each.rest().wakes())
                .description("How often it was woken")
                .tag("server", server.toString())
                .register(registry);
        flag(server, "draining", "1 when an operator keeps requests from it", Server::draining);
        flag(server, "doubtful", "1 when it comes after all others", Server::doubtful);
        flag(
                server,
                "breaker.open",
                "1 when its breaker keeps requests from it",
                each -> each.breakerState() != CircuitBreakerState.CLOSED);
    }

    private boolean up(Server server) {
        return fleet.snapshot().state(server).filter(ServerState::up).isPresent();
    }

    private boolean asleep(Server server) {
        return fleet.snapshot()
                .state(server)
                .filter(state -> state.health() instanceof Health.Asleep)
                .isPresent();
    }

    private void flag(Server server, String name, String text, Predicate<Server> flag) {
        gauge(server, name, text, each -> flag.test(each) ? 1 : 0);
    }

    private void gauge(Server server, String name, String text, ToDoubleFunction<Server> value) {
        Gauge.builder(PREFIX + name, server, value)
                .description(text)
                .tag("server", server.toString())
                .register(registry);
    }
}
