package dev.aicortex.http.admin;

import dev.aicortex.catalogue.refresh.Refresh;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Tells of the catalogue; a volume that is broken is no reason to take requests away. */
@Readiness
@ApplicationScoped
public class CatalogueReadiness implements HealthCheck {
    private final CatalogueState state;

    CatalogueReadiness(CatalogueState state) {
        this.state = state;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("catalogue")
                        .up()
                        .withData("status", state.status())
                        .withData("generation", state.generation())
                        .withData("families", state.families())
                        .withData("models", state.models());
        state.problem().ifPresent(problem -> answer.withData("problem", problem));
        state.ageSeconds().ifPresent(age -> answer.withData("age_seconds", age));
        state.lastFinished().ifPresent(last -> add(answer, last.report()));
        return answer.build();
    }

    private static void add(HealthCheckResponseBuilder answer, Refresh.Report report) {
        answer.withData("servers_checked", report.checked())
                .withData("servers_failed", report.failed())
                .withData("models_added", report.applied().added())
                .withData("models_changed", report.applied().changed())
                .withData("models_removed", report.applied().removed());
        report.durations()
                .forEach((step, took) -> answer.withData(step.word() + "_ms", took.toMillis()));
    }
}
