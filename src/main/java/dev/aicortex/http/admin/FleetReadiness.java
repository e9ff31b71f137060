package dev.aicortex.http.admin;

import dev.aicortex.fleet.Fleet;
import dev.aicortex.fleet.ServerState;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Up once every server has been probed for the first time. How the servers are is told, not judged:
 * a gateway that answers 503 in words is better than one that vanishes.
 */
@Readiness
@Startup
@ApplicationScoped
public class FleetReadiness implements HealthCheck {
    private static final int SHOWN = 50;

    private final Fleet fleet;

    FleetReadiness(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("fleet")
                        .status(fleet.swept().isComplete())
                        .withData("status", fleet.snapshot().status());
        fleet.snapshot().states().stream().limit(SHOWN).forEach(state -> add(answer, state));
        return answer.build();
    }

    private static void add(HealthCheckResponseBuilder answer, ServerState state) {
        answer.withData(state.server().url().toString(), state.health().word());
    }
}
