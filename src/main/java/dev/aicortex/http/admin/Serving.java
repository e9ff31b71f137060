package dev.aicortex.http.admin;

import dev.aicortex.gateway.Drain;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Down from the signal to stop on: requests are to go elsewhere. In the place of Quarkus' own check
 * of this kind, which does not say why.
 */
@Readiness
@ApplicationScoped
public class Serving implements HealthCheck {
    private final Drain drain;

    Serving(Drain drain) {
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway")
                .status(!drain.draining())
                .withData("status", drain.draining() ? "draining" : "serving")
                .withData("running", drain.running())
                .build();
    }
}
