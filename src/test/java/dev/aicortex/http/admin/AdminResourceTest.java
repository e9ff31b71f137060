package dev.aicortex.http.admin;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Taking a server out of service, and back. */
@QuarkusTest
class AdminResourceTest extends GatewayFlow {
    private String first() {
        return servers.first().url().getAuthority();
    }

    @AfterEach
    void undrain() {
        assertThat(change("undrain").statusCode()).isEqualTo(200);
    }

    private Response change(String how) {
        return RestAssured.post("/admin/servers/" + first() + "/" + how);
    }

    @Test
    void aDrainingServerGetsNoNewRequestsAndIsUsedAgainAfterwards() {
        assertThat(change("drain").jsonPath().getBoolean("draining")).isTrue();
        for (int i = 0; i < 6; i++) {
            assertThat(post("/api/chat", body(MODEL, false)).header("X-Cortex-Server"))
                    .isNotEqualTo(address(servers.first()));
        }
        Response only = post("/v1/chat/completions", body(FIRST_ONLY, false));
        assertThat(only.statusCode()).isEqualTo(503);
        assertThat(only.jsonPath().getString("error.message")).contains("draining");
        assertThat(RestAssured.get("/health").jsonPath().getBoolean("servers[0].draining"))
                .isTrue();
        change("undrain");
        assertThat(post("/api/chat", body(FIRST_ONLY, false)).statusCode()).isEqualTo(200);
    }

    @Test
    void aRunningAnswerGoesOnToItsEnd() throws IOException {
        servers.first().fault(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post("/api/chat", body(FIRST_ONLY, true)).readUntil("\"done\":false");
            assertThat(change("drain").jsonPath().getInt("in_flight")).isEqualTo(1);
        }
        await().until(() -> change("drain").jsonPath().getInt("in_flight") == 0);
    }

    @Test
    void anUnknownServerIsAClearError() {
        Response answer = RestAssured.post("/admin/servers/nowhere:1/drain");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.asString()).contains("nowhere:1", first());
    }
}
