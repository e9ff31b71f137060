package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client sees while its model loads. */
@QuarkusTest
@TestProfile(ConfiguredGateway.class)
class HeartbeatTest extends GatewayFlow {
    @Test
    void aClientThatWaitsForAStreamIsShownThatItsRequestLives() throws IOException {
        servers.first().fault(new Fault.Stopped());
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(FIRST_ONLY, true));
            String head = client.readUntil(": waiting for the model\n\n");
            assertThat(head)
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("text/event-stream", "X-Accel-Buffering: no")
                    .doesNotContain("X-Cortex-Server");
            String end = client.readWhatComes();
            assertThat(end)
                    .contains("event: error\ndata: {")
                    .contains("does not answer /api/version either")
                    .doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void failoverGoesOnUnderneathHeartbeats() throws IOException {
        servers.first().fault(new Fault.Stopped());
        servers.all().get(1).fault(new Fault.Stopped());
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/messages", body(MODEL, true).replace("{", "{\"max_tokens\":4,"));
            assertThat(client.readUntil("event: ping\ndata: {\"type\": \"ping\"}\n\n"))
                    .startsWith("HTTP/1.1 200 OK");
            String rest = client.readUntil("message_stop\"}");
            assertThat(rest).contains("message_start").doesNotContain("event: error");
        }
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aClientIsShownThatItsRequestLivesInTheMiddleOfAnAnswerToo() throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultEverywhere(Fault.silence(5, over));
        try (RawClient openAi = new RawClient(gateway());
                RawClient anthropic = new RawClient(gateway())) {
            openAi.post("/v1/chat/completions", body(MODEL, true)).readUntil("data: {");
            anthropic
                    .post(
                            "/v1/messages",
                            body(MODEL, true).replaceFirst("\\{", "{\"max_tokens\":9,"))
                    .readUntil("content_block_delta");
            openAi.readUntil("}\n\n\r\n");
            assertThat(openAi.readUntil("for the model\n\n"))
                    .endsWith("\n: waiting for the model\n\n");
            assertThat(anthropic.readUntil("event: ping\n")).endsWith("\nevent: ping\n");
            over.complete(null);
            assertThat(openAi.readUntil("\r\n0\r\n")).contains("[DONE]").doesNotContain("error");
            assertThat(anthropic.readUntil("\r\n0\r\n")).contains("message_stop");
        }
    }

    @Test
    void linesAndDocumentsHaveNoHeartbeat() throws IOException {
        servers.first().fault(new Fault.Stopped());
        for (String path : new String[] {"/api/chat", "/v1/chat/completions"}) {
            boolean stream = path.startsWith("/api");
            Response answer = post(path, body(FIRST_ONLY, stream));
            assertThat(answer.statusCode()).isEqualTo(502);
            servers.heal();
            FleetFixtures.reset(fleet);
            servers.first().fault(new Fault.Stopped());
        }
    }
}
