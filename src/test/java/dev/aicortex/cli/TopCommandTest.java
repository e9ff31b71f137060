package dev.aicortex.cli;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The fleet in a terminal, from a running gateway. */
@QuarkusTest
@Timeout(60)
class TopCommandTest extends GatewayFlow {
    @Test
    void onceIsATableOfTheFleet() {
        post("/v1/chat/completions", body(MODEL, false));

        Run run = Run.of("top", "--once", "--url", gateway().toString());

        assertThat(run.status()).isZero();
        assertThat(run.lines().getFirst()).startsWith("up: 3 of 3 servers serve; in flight 0, ");
        assertThat(run.lines().get(2)).startsWith("SERVER ").contains("STATE", "P95");
        assertThat(run.lines()).hasSize(6);
        servers.all()
                .forEach(server ->
                        assertThat(run.out()).contains(server.url().getAuthority() + "  up "));
    }

    @Test
    void whoeverMayNotSeeTheFleetIsToldSo() throws IOException {
        try (GatewayStandIn stranger = new GatewayStandIn()) {
            stranger.answers("/admin/events", 403, "{\"error\":\"/admin answers this machine\"}");

            Run run = stranger.run("top", "--once");

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.error()).startsWith("/admin answers this machine (403 from ");
        }
    }
}
