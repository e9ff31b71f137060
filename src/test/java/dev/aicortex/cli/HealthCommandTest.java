package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthCommandTest extends AgainstStandIn {
    private static final String UP = "{\"status\":\"UP\",\"checks\":[]}";
    private static final String DOWN =
            """
            {"status":"DOWN","checks":[{"name":"disk","status":"UP"},
              {"name":"fleet","status":"DOWN","data":{"status":"down"}}]}\
            """;

    @Test
    void readyIsStatusZero() {
        gateway.answers("/q/health/ready", 200, UP);

        Run run = gateway.run("health");

        assertThat(run.status()).isZero();
        assertThat(run.lines()).containsExactly("ready: " + gateway.url());
    }

    @Test
    void notReadyIsStatusOneAndNamesTheCheck() {
        gateway.answers("/q/health/ready", 503, DOWN);

        Run run = gateway.run("health");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).containsExactly("not ready: " + gateway.url() + " (down: fleet)");
    }

    @Test
    void liveAsksForLiveness() {
        gateway.answers("/q/health/ready", 503, DOWN).answers("/q/health/live", 200, UP);

        assertThat(gateway.run("health", "--live"))
                .isEqualTo(new Run(0, "live: " + gateway.url() + System.lineSeparator(), ""));
    }

    @Test
    void jsonIsTheBodyWithTheSameStatus() {
        gateway.answers("/q/health/ready", 503, DOWN);

        Run run = gateway.run("health", "--output", "json");

        assertThat(run.status()).isEqualTo(1);
        assertThat(Json.parse(run.out())).isEqualTo(Json.parse(DOWN));
    }

    @Test
    void anotherProgramIsNotHealthy() {
        Run run = gateway.run("health");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error()).contains("404").contains("is it AI Cortex?");
    }
}
