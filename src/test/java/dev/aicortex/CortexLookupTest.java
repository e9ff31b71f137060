package dev.aicortex;

import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicortex.api.ApiRequest;
import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.LlmParams;
import dev.aicortex.api.ModelHolder;
import dev.aicortex.api.ServerInfo;
import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelQuery;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.model.ModelNotFoundException;
import dev.aicortex.model.ServerException;
import dev.aicortex.model.ValidationException;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.simulator.SimulatedServer;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the typed API tells of models and servers. */
@QuarkusTest
class CortexLookupTest extends GatewayFlow {
    @Inject Cortex cortex;
    @Inject CatalogueStore store;

    @Test
    void familiesHaveTheirModels() {
        assertThat(cortex.families())
                .anySatisfy(family -> {
                    assertThat(family.name()).isEqualTo("llama");
                    assertThat(family.models()).extracting(Model::name).contains(MODEL);
                });
        assertThat(cortex.models("llama"))
                .isNotEmpty()
                .allMatch(model -> model.family().equals("llama"));
        assertThatThrownBy(() -> cortex.models("lama"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("family: 'lama'")
                .hasMessageContaining("llama");
    }

    @Test
    void aModelIsFoundByItsWordsItsTagOrItsCapability() {
        assertThat(cortex.search("llama3.2 3b")).extracting(Model::name).contains(MODEL);
        assertThat(cortex.search(new ModelQuery("", "", "", "embedding")))
                .isNotEmpty()
                .allMatch(model -> model.facts().capabilities().contains("embedding"));
        assertThat(cortex.search("no model has these words")).isEmpty();
    }

    @Test
    void aModelPulledSinceTheLastRefreshIsKnownToo() {
        servers.first().models(List.of(SimulatedModel.named("fresh:1b")));
        FleetFixtures.reset(fleet);
        assertThat(cortex.models()).extracting(Model::name).contains("fresh:1b", "qwen3:8b");
        assertThat(cortex.modelInfo("Fresh:1B").facts().quantization()).isEqualTo("Q4_K_M");
        assertThat(cortex.modelServers("fresh:1b")).hasSize(1);
    }

    @Test
    void aModelPulledAMomentAgoIsNotDenied() {
        servers.first().models(List.of(SimulatedModel.named("pulled:2b")));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(cortex.modelServers("pulled:2b")).hasSize(1));
        servers.first().models(List.of(SimulatedModel.named("pulled:3b")));
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(cortex.llmParams("pulled:3b").url()).isNotBlank());
    }

    @Test
    void aModelIsKnownInAnySpelling() {
        Model model = cortex.modelInfo("registry.ollama.ai/library/Llama3.2:3B");
        assertThat(model.name()).isEqualTo(MODEL);
        assertThat(model.facts().contextLength()).isEqualTo(131_072);
        assertThatThrownBy(() -> cortex.modelInfo("llama3.2:3c"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("did you mean");
    }

    @Test
    void theServersOfAModelAreToldLive() {
        servers.all().get(1).fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        List<ModelHolder> holders = cortex.modelServers(MODEL);
        assertThat(holders.subList(0, 3))
                .extracting(ModelHolder::url)
                .isEqualTo(servers.all().stream().map(GatewayFlow::address).toList());
        assertThat(holders.subList(0, 3)).allMatch(ModelHolder::inFleet);
        assertThat(holders.get(0).health()).isEqualTo("up");
        assertThat(holders.get(0).breaker()).isEqualTo("closed");
        assertThat(holders.get(1).health()).isEqualTo("down");
        assertThat(holders.get(1).reason()).contains("refused");
        assertThat(holders.get(1).holds()).isTrue();
    }

    @Test
    void whatTheCatalogueRemembersStandsBesideIt(@TempDir Path dir) throws IOException {
        catalogued(dir, "http://elsewhere:11434");
        try {
            ModelHolder last = cortex.modelServers(MODEL).getLast();
            assertThat(last.url()).isEqualTo("http://elsewhere:11434");
            assertThat(last.inFleet()).isFalse();
            assertThat(last.health()).isEqualTo("unknown");
            assertThat(last.lastKnown()).isEqualTo("up");
            assertThat(last.lastSeen()).isEqualTo("2026-11-20");
        } finally {
            store.open(Path.of("target/test-catalogue"));
        }
    }

    @Test
    void aServerOfTheCatalogueMayBeNamed(@TempDir Path dir) throws IOException {
        Vertx own = Vertx.vertx();
        Settings settings = Settings.defaults().withModels(List.of(SimulatedModel.llama32()));
        try (SimulatedServer elsewhere = SimulatedServer.start(own, settings)) {
            catalogued(dir, address(elsewhere));
            ChatRequest named =
                    ChatRequest.builder(MODEL).user("Why?").server(address(elsewhere)).build();
            assertThat(cortex.chat(named).server()).isEqualTo(address(elsewhere));
            elsewhere.fault(new Fault.CutReset(0));
            assertThatThrownBy(() -> cortex.chat(named)).isInstanceOf(ServerException.class);
        } finally {
            store.open(Path.of("target/test-catalogue"));
            own.close();
        }
    }

    private void catalogued(Path dir, String url) throws IOException {
        Files.writeString(
                dir.resolve("llama.json"),
                """
                {"family":"llama","models":[{"name":"%s","family":"llama","servers":[
                {"url":"%s","status":"up","last_seen":"2026-11-20"}]}]}\
                """
                        .formatted(MODEL, url));
        store.open(dir);
    }

    @Test
    void aServerTellsOfAModelWhatItsListLeavesOut() {
        ServerInfo info = cortex.serverInfo(MODEL, address(servers.all().get(2)));
        assertThat(info.url()).isEqualTo(address(servers.all().get(2)));
        assertThat(info.health()).isEqualTo("up");
        assertThat(info.version()).isEqualTo("0.33.0");
        assertThat(info.quantization()).isEqualTo("Q4_K_M");
        assertThat(info.contextLength()).isEqualTo(131_072);
        assertThat(info.capabilities()).contains("completion", "tools");
        assertThat(cortex.serverInfo(FIRST_ONLY).url()).isEqualTo(address(servers.first()));
    }

    @Test
    void aServerThatIsDownTellsNothingOfAnotherVersion() {
        SimulatedModel other = SimulatedModel.llama32().withDigest("0".repeat(64));
        servers.first().models(List.of(other));
        FleetFixtures.reset(fleet);
        servers.first().fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        ServerInfo info = cortex.serverInfo(MODEL, address(servers.first()));
        assertThat(info.health()).isEqualTo("down");
        assertThat(info.capabilities()).isEmpty();
    }

    @Test
    void serversTellWithoutWaitingToo() {
        String url = address(servers.all().get(2));
        assertThat(cortex.serverInfoAsync(MODEL, url).await().indefinitely().url()).isEqualTo(url);
        assertThat(cortex.serverInfoAsync(MODEL).await().indefinitely().model()).isEqualTo(MODEL);
    }

    @Test
    void onlyAServerOfTheFleetThatHoldsTheModelTells() {
        assertThatThrownBy(() -> cortex.serverInfo(MODEL, "http://stranger:11434"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("url: 'http://stranger:11434'")
                .hasMessageContaining("inFleet");
        assertThatThrownBy(() -> cortex.serverInfo(MODEL, "stranger"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("http://stranger");
        assertThatThrownBy(() -> cortex.serverInfo(FIRST_ONLY, address(servers.all().get(2))))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> cortex.serverInfo("qwen3:8b"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("ollama pull qwen3:8b");
    }

    @Test
    void theRequestIsShownAsItIsSent() {
        ChatRequest request = ChatRequest.builder(MODEL).user("Why?").temperature(0).build();
        ApiRequest built = cortex.buildApiRequest(request);
        cortex.chat(request);
        assertThat(servers.first().lastPost().uri()).isEqualTo(built.path());
        assertThat(servers.first().lastPost().text()).isEqualTo(built.body().toString());
    }

    @Test
    void anotherLibraryGetsWhatItNeeds() {
        LlmParams params = cortex.llmParams("LLAMA3.2:3b");
        String url = address(servers.first());
        assertThat(params).isEqualTo(new LlmParams(MODEL, url, url + "/v1", 131_072, 0.8));
    }

    @Test
    void aRandomServerIsAHealthyOne() {
        servers.first().fault(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        Random random = new Random(42);
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            drawn.add(cortex.randomLlmParams(MODEL, random).url());
        }
        assertThat(drawn)
                .containsExactlyInAnyOrder(
                        address(servers.all().get(1)), address(servers.all().get(2)));
        assertThat(cortex.randomLlmParams(MODEL).model()).isEqualTo(MODEL);
    }

    @Test
    void withoutAHealthyServerThereAreNoParameters() {
        servers.faultEverywhere(new Fault.Refuse());
        FleetFixtures.reset(fleet);
        assertThatThrownBy(() -> cortex.llmParams(MODEL))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining(MODEL);
        assertThatThrownBy(() -> cortex.randomLlmParams(MODEL)).isInstanceOf(ServerException.class);
        assertThatThrownBy(() -> cortex.chat(MODEL, "Why?"))
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.status()).isEqualTo(503));
    }
}
