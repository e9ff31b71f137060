package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One tag, two contents: requests stay with one of them. */
@QuarkusTest
class MixedDigestsTest extends GatewayFlow {
    private static final SimulatedModel OLD = SimulatedModel.llama32();
    private static final SimulatedModel NEW = OLD.withDigest("b".repeat(64));

    @Inject MeterRegistry registry;

    private SimulatedServer server(int index) {
        return servers.all().get(index);
    }

    /** The server has pulled, and the gateway has seen it. */
    private void pulled(int... indexes) {
        for (int index : indexes) {
            server(index).models(List.of(NEW));
        }
        look();
    }

    private void look() {
        fleet.renew(fleet.snapshot().states().stream().map(ServerState::server).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private Response ask() {
        Response answer = post("/v1/chat/completions", body(MODEL, false));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    private String asked() {
        return ask().header("X-Cortex-Server");
    }

    private String listed() {
        return given().get("/api/tags")
                .jsonPath()
                .getString("models.find { it.name == '" + MODEL + "' }.digest");
    }

    private double fallbacks() {
        return registry.find("cortex.model.fallbacks").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void requestsStayInThePoolAlsoWhenOneOfItsServersFails() {
        pulled(0);
        for (int i = 0; i < 6; i++) {
            assertThat(asked()).isNotEqualTo(address(server(0)));
        }
        server(1).fault(new Fault.Status500("llama runner process has terminated"));
        for (int i = 0; i < 3; i++) {
            assertThat(asked()).isEqualTo(address(server(2)));
        }
    }

    @Test
    void afterARollingPullTheyHaveMovedOver() {
        pulled(0);
        assertThat(listed()).isEqualTo(OLD.digest());
        pulled(1);
        assertThat(listed()).isEqualTo(NEW.digest());
        for (int i = 0; i < 6; i++) {
            assertThat(asked()).isNotEqualTo(address(server(2)));
        }
        pulled(2);
        assertThat(fleet.snapshot().drifts()).isEmpty();
    }

    @Test
    void anotherContentAnswersWhenNobodyOfThePoolCan() {
        pulled(0);
        double before = fallbacks();
        server(1).fault(new Fault.Refuse());
        server(2).fault(new Fault.Refuse());
        Response answer = ask();
        assertThat(answer.header("X-Cortex-Server")).isEqualTo(address(server(0)));
        assertThat(answer.header("X-Cortex-Attempts")).isEqualTo("3");
        assertThat(fallbacks()).isEqualTo(before + 1);
    }

    @Test
    void drainingThePoolLeadsToTheOtherOne() {
        pulled(0);
        drain(true);
        try {
            assertThat(asked()).isEqualTo(address(server(0)));
        } finally {
            drain(false);
        }
    }

    private void drain(boolean now) {
        fleet.snapshot().states().stream().skip(1).forEach(state -> state.server().drain(now));
    }

    @Test
    void theCardIsThatOfTheContentThatIsServed() {
        pulled(0);
        for (int i = 0; i < 4; i++) {
            assertThat(post("/api/show", "{\"model\":\"" + MODEL + "\"}").header("X-Cortex-Server"))
                    .isNotEqualTo(address(server(0)));
        }
    }

    @Test
    void explainNamesTheContentOfWhoIsNotAsked() {
        pulled(0);
        JsonPath answer = given().body(body(MODEL, false)).post("/admin/explain").jsonPath();
        assertThat(answer.getString("servers[2].server")).isEqualTo(address(server(0)));
        assertThat(answer.getInt("servers[2].rank")).isZero();
        assertThat(answer.getString("servers[2].reason"))
                .isEqualTo("holds another content of the tag: bbbbbbbbbbbb");
    }

    @Test
    void explainSaysWhyAnotherContentAnswers() {
        pulled(0);
        drain(true);
        try {
            JsonPath answer = given().body(body(MODEL, false)).post("/admin/explain").jsonPath();
            assertThat(answer.getString("servers[0].server")).isEqualTo(address(server(0)));
            assertThat(answer.getInt("servers[0].rank")).isEqualTo(1);
            assertThat(answer.getString("servers[0].reason"))
                    .endsWith("is served, but no server that has it can be asked");
            assertThat(answer.getString("servers[1].reason")).isEqualTo("draining");
        } finally {
            drain(false);
        }
    }

    @Test
    void operatorsSeeIt() {
        assertThat(registry.get("cortex.model.drift").gauge().value()).isZero();
        pulled(0);
        assertThat(registry.get("cortex.model.drift").gauge().value()).isEqualTo(1);
        for (String path : List.of("/admin/servers", "/health")) {
            JsonPath answer = given().get(path).jsonPath();
            assertThat(answer.getString("drift[0].model")).isEqualTo(MODEL);
            assertThat(answer.getString("drift[0].served")).isEqualTo(OLD.digest());
            assertThat(answer.getList("drift[0].contents.digest"))
                    .isEqualTo(List.of(OLD.digest(), NEW.digest()));
            assertThat(answer.getList("drift[0].contents[1].servers"))
                    .isEqualTo(List.of(address(server(0))));
        }
    }

    @Test
    void aServerThatTellsNoDigestBelongsToEveryPool() {
        server(0).models(List.of(OLD.withDigest("")));
        pulled(1);
        assertThat(fleet.snapshot().pool(ModelName.of(MODEL)).size()).isEqualTo(2);
        await().until(() -> fleet.snapshot().drifts().size() == 1);
    }
}
