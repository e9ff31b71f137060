package dev.aicortex.gateway.request;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A temporary file that is gone when the next server needs it. */
@QuarkusTest
class LostBodyTest extends GatewayFlow {
    private static final String LONG = body(MODEL, false).replace("sky", "x".repeat(2_000_000));

    @Inject BodyFiles files;

    @Test
    void isTheGatewaysOwnFaultAndNoServers() {
        servers.faultEverywhere(new Fault.HangBeforeHead());
        CompletableFuture<Response> answer =
                CompletableFuture.supplyAsync(() -> post("/v1/chat/completions", LONG));
        await().until(() -> workedOn() == 1);
        files.deleteAll();
        servers.all().stream()
                .filter(server -> server.counters().inFlight() == 1)
                .forEach(server -> server.fault(new Fault.Stopped()));
        assertThat(answer.join().statusCode()).isEqualTo(503);
        assertThat(answer.join().asString()).contains("cannot read a large request body");
        assertThat(fleet.snapshot().states())
                .as("only the one that hung is blamed")
                .filteredOn(state -> state.server().strikes() > 0)
                .hasSize(1);
        await().until(() -> inFlight() == 0);
    }
}
