package dev.aicortex.http;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.Health;
import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ExplainFlowTest extends GatewayFlow {
    private static JsonPath explained(String body) {
        return given().contentType("application/json").body(body).post("/admin/explain").jsonPath();
    }

    @Test
    void theFirstOfTheListIsTheServerThatAnswers() {
        JsonPath answer = explained(body(MODEL, false));
        assertThat(answer.getString("policy")).isEqualTo("expected-first-token");
        assertThat(answer.getList("servers.rank")).isEqualTo(List.of(1, 2, 3));
        assertThat(post("/v1/chat/completions", body(MODEL, false)).header("X-Cortex-Server"))
                .isEqualTo(answer.getString("servers[0].server"));
    }

    @Test
    void nothingIsSent() {
        long before = chatsReceived();
        explained(body(MODEL, false));
        assertThat(chatsReceived()).isEqualTo(before);
    }

    @Test
    void aServerThatIsDownComesLastWithItsReason() {
        servers.first().fault(new Fault.Refuse());
        fleet.refresh(fleet.snapshot().states(), Duration.ZERO);
        await().until(() -> fleet.snapshot().states().getFirst().health() instanceof Health.Down);
        JsonPath answer = explained(body(MODEL, false));
        assertThat(answer.getString("servers[2].server")).isEqualTo(address(servers.first()));
        assertThat(answer.getString("servers[2].reason")).contains("connection refused");
        assertThat(answer.getInt("servers[2].rank")).isZero();
    }

    @Test
    void anAnswerSaysWhyItsServerWasChosenWhenItIsAsked() {
        String said =
                given().contentType("application/json")
                        .header("X-Cortex-Explain", "1")
                        .body(body(MODEL, false))
                        .post("/v1/chat/completions")
                        .header("X-Cortex-Explain");
        assertThat(said).startsWith("policy=expected-first-token; expected=").contains("; queue=");
        assertThat(post("/v1/chat/completions", body(MODEL, false)).header("X-Cortex-Explain"))
                .isNull();
    }

    @Test
    void aConversationFindsItsWarmServerAgain() {
        String system = "x".repeat(20_000);
        String first =
                """
                {"model":"%s","stream":true,"messages":[{"role":"user","content":"%s"}]}\
                """
                        .formatted(MODEL, system);
        String server = post("/api/chat", first).header("X-Cortex-Server");
        JsonPath answer = explained(first);
        String cached = "servers.findAll { it.server %s '%s' }.numbers.cached_bytes";
        assertThat(answer.<Integer>getList(cached.formatted("==", server)))
                .singleElement(as(InstanceOfAssertFactories.INTEGER))
                .isGreaterThan(5_000); // other tests may have taught it to expect less than all
        assertThat(answer.<Integer>getList(cached.formatted("!=", server))).containsOnly(0);
    }

    @Test
    void aModelThatNobodyHoldsIsUnknown() {
        given().contentType("application/json")
                .body(body("never-seen:1b", false))
                .post("/admin/explain")
                .then()
                .statusCode(404);
    }
}
