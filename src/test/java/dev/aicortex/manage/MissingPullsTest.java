package dev.aicortex.manage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.gateway.dispatch.MissingModels;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that no server holds when a request asks for them. */
@QuarkusTest
@TestProfile(MissingPullsTest.Pulling.class)
class MissingPullsTest extends GatewayFlow {
    private static final String MODEL = "qwen3:8b";

    @Inject MissingPulls pulls;

    /** Some names may be pulled; one key may use others. */
    public static class Pulling implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "cortex.pull.missing",
                    "true",
                    "cortex.pull.missing-models",
                    "qwen3:*,nope-*,evil.example/*,phi4",
                    "cortex.aliases.either",
                    "qwen3:8b,llama3.2:3b",
                    "cortex.heartbeat",
                    "1s");
        }
    }

    @BeforeEach
    void makeRoomOnTheSecond() {
        servers.first().models(List.of(SimulatedModel.llama32(), SimulatedModel.gemma3()));
        servers.all().get(1).models(List.of());
        FleetFixtures.reset(fleet);
    }

    private List<SimulatedServer> holders(String model) {
        return servers.all().stream()
                .filter(server -> server.models().stream().anyMatch(m -> m.name().equals(model)))
                .toList();
    }

    private long pulls() {
        return servers.all().stream()
                .flatMap(server -> server.received().stream())
                .filter(request -> request.uri().equals("/api/pull"))
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, qwen3:8b",
        "/api/chat, qwen3:4b",
        "/v1/messages, phi4:latest",
    })
    void aMissingModelIsPulledWhereMostRoomIs(String path, String model) {
        String body = body(model, false).replaceFirst("\\{", "{\"max_tokens\":4,");
        Response answer = post(path, body);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(holders(model)).containsExactly(servers.all().get(1));
        assertThat(answered(answer)).isEqualTo(servers.all().get(1));
    }

    @Test
    void onePullServesAllThatAskAndTheyAreToldHowFarItIs() throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.all().get(1).fault(Fault.silence(3, over), Fault.Scope.ALL);
        long before = pulls();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawClient client = new RawClient(gateway());
            clients.add(client.post("/v1/chat/completions", body(MODEL, true)));
        }
        int port = servers.all().get(1).url().getPort();
        for (RawClient client : clients) {
            client.readUntil(": pulling qwen3:8b to 127.0.0.1:%d, 25 %%".formatted(port));
        }
        clients.removeFirst().close(); // the others still want it
        servers.all().get(1).fault(Fault.none());
        over.complete(null);
        for (RawClient client : clients) {
            assertThat(client.readUntil("\r\n0\r\n")).contains("[DONE]");
            client.close();
        }
        assertThat(pulls() - before).isEqualTo(1);
    }

    @Test
    void oneThatMayNotUseTheServerOfAPullDoesNotWaitForIt() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.faultEverywhere(Fault.silence(3, over));
        Server second = state(1).server();
        MissingModels.Arrival first = bring(state(1));
        assertThat(first.server()).isEqualTo(second);
        MissingModels.Arrival other = bring(state(2));
        assertThat(other.server()).isEqualTo(state(2).server());
        assertThat(bring(state(0), state(1)).server()).isEqualTo(second);
        servers.faultEverywhere(Fault.none());
        over.complete(null);
        await().until(() -> first.done().isComplete() && other.done().isComplete());
        assertThat(holders(MODEL)).hasSize(2);
    }

    private ServerState state(int index) {
        ServerUrl url = ServerUrl.of(address(servers.all().get(index)));
        return fleet.snapshot().byUrl().get(url.toString());
    }

    private MissingModels.Arrival bring(ServerState... admitted) {
        return pulls.bring(ModelName.of(MODEL), MODEL, () -> List.of(admitted)).orElseThrow();
    }

    @Test
    void aClientThatLeavesDoesNotEndThePull() throws IOException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        servers.all().get(1).fault(Fault.silence(3, over), Fault.Scope.ALL);
        try (RawClient client = new RawClient(gateway())) {
            client.post("/v1/chat/completions", body(MODEL, true)).readUntil(": pulling ");
        }
        await().until(() -> inFlight() == 0);
        servers.all().get(1).fault(Fault.none());
        over.complete(null);
        await().until(() -> holders(MODEL).size() == 1);
    }

    @Test
    void aNameThatNoRegistryKnowsIsNotFoundInItsWordsAndNotAskedForAgain() {
        long before = pulls();
        for (int i = 0; i < 3; i++) {
            Response answer = post("/v1/chat/completions", body("nope-1:8b", false));
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.jsonPath().getString("error.code")).isEqualTo("model_not_found");
            assertThat(answer.jsonPath().getString("error.message"))
                    .startsWith("model 'nope-1:8b' not found")
                    .contains("pull model manifest: file does not exist");
        }
        assertThat(pulls() - before).isEqualTo(1);
    }

    @Test
    void aPullThatBreaksOffIsToldAsOneToTryLater() {
        servers.all().get(1).fault(new Fault.CutReset(3), Fault.Scope.ALL);
        Response answer = post("/api/chat", body("qwen3:broken", false));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotNull();
        assertThat(answer.jsonPath().getString("error"))
                .startsWith("model 'qwen3:broken' is on no server, and could not be pulled: ")
                .contains(address(servers.all().get(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mistral:7b", "evil.example/a/qwen3:8b", "qwen3:8b\\nx", "qwen3:cloud"})
    void whatIsNotListedIsNotPulled(String model) {
        long before = pulls();
        int status = post("/v1/chat/completions", body(model, false)).statusCode();
        assertThat(status).isIn(403, 404);
        assertThat(pulls() - before).isZero();
    }

    @Test
    void aLookAtAModelPullsNothing() {
        long before = pulls();
        given().body("{\"model\":\"qwen3:32b\"}").post("/api/show").then().statusCode(404);
        assertThat(pulls() - before).isZero();
    }

    @Test
    void whatStandsBehindAnAliasIsNotPulledAsLongAsAnotherServes() {
        long before = pulls();
        assertThat(post("/v1/chat/completions", body("either", false)).statusCode()).isEqualTo(200);
        assertThat(pulls() - before).isZero();
    }
}
