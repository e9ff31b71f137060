package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.catalogue.CatalogueStore;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands against the gateway itself, which the others only have a stand-in of. */
@QuarkusTest
class CatalogueOfAGatewayTest extends GatewayFlow {
    @Inject CatalogueStore store;
    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"hf.co/User/Repo:Q4", "hf.co/user/repo:q4", "odd name+100%:é"})
    void aModelIsFoundByItsName(String name) {
        SimulatedModel model = SimulatedModel.named(name);
        servers.first().models(List.of(model));
        FleetFixtures.reset(fleet);

        assertThat(run("model", name).out())
                .contains("NAME          " + name)
                .contains("AVAILABLE     yes")
                .contains(address(servers.first()) + "  up     yes       yes");
    }

    @Test
    void anUnknownModelIsAnErrorWithTheNearestNames() {
        Run run = run("model", "lama3.2:3b");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error())
                .startsWith("model 'lama3.2:3b' not found; did you mean llama3.2:3b")
                .endsWith("(404 from " + gateway() + ")");
    }

    @Test
    void searchFindsWhatShips() {
        assertThat(run("search", "llama", "3b", "--available").lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("llama3.2:3b  llama")
                .endsWith("yes");
        assertThat(run("models", "--family", "gemma", "--capability", "vision").out())
                .contains("gemma3:4b")
                .doesNotContain("gemma3:270m");
        assertThat(run("families").out()).containsPattern("llama +\\d+ +1\n");
    }

    @Test
    void aRollbackIsTakenOverByARunningGateway() throws IOException {
        Path before = store.volume().dir();
        Path dir = temp.resolve("catalogue");
        Path list = temp.resolve("servers");
        Files.write(list, servers.all().stream().map(GatewayFlow::address).toList());
        String[] refresh = {"refresh", "--dir", dir.toString(), "--servers", list.toString()};
        try {
            Run.of(refresh);
            servers.first().models(List.of(SimulatedModel.named("acme:1b")));
            Run.of(refresh);
            store.open(dir);
            assertThat(run("models", "--all").out()).contains("acme:1b");

            Run.of("catalogue", "rollback", "--dir", dir.toString());

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !run("models", "--all").out().contains("acme:1b"));
        } finally {
            store.open(before);
        }
    }

    private static Run run(String command, String... arguments) {
        return Run.of(
                Stream.concat(
                                Stream.of(command, "--url", gateway().toString()),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }
}
