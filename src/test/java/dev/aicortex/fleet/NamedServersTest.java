package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a client means. */
class NamedServersTest {
    private static final FleetSnapshot FLEET =
            fleet(
                    "http://gpu-a:11434",
                    "http://gpu-b:11434",
                    "http://gpu-b:11435",
                    "https://proxy.example/ollama",
                    "http://[::1]:11434");

    private static FleetSnapshot fleet(String... urls) {
        List<ServerState> states = new ArrayList<>();
        for (String url : urls) {
            Server server =
                    new Server(
                            ServerUrl.of(url),
                            states.size(),
                            TestConfig.of(Map.of("cortex.server.big.url", "http://gpu-b:11435")),
                            Clock.systemUTC(),
                            new Typical());
            states.add(
                    new ServerState(server, new Health.Up(Instant.EPOCH), "", Map.of(), List.of()));
        }
        return FleetFixtures.snapshot(states);
    }

    private static List<Integer> positions(String... names) {
        return NamedServers.of(List.of(names), FLEET).stream()
                .map(state -> state.server().position())
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "http://gpu-a:11434, 0",
        "HTTP://GPU-A:11434/, 0",
        "gpu-a:11434, 0",
        "gpu-a, 0",
        "Gpu-A, 0",
        "gpu-b:11435, 2",
        "Big, 2",
        "https://proxy.example/ollama, 3",
        "https://proxy.example:443/ollama, 3",
        "proxy.example, 3",
        "::1, 4",
        "[::1]:11434, 4"
    })
    void aServerHasSeveralNames(String name, int position) {
        assertThat(positions(name)).containsExactly(position);
    }

    @Test
    void severalAreNamedByRepetitionCommasOrAHostThatTheyShare() {
        assertThat(positions("gpu-b:11435, gpu-a", "gpu-a:11434")).containsExactly(2, 0);
        assertThat(positions("gpu-b")).containsExactly(1, 2);
        assertThat(positions("ALL")).containsExactly(0, 1, 2, 3, 4);
        assertThat(positions("", " , ")).isEmpty();
    }

    @Test
    void anUnknownOneIsRefusedWithAListOfThemAll() {
        assertThatThrownBy(() -> positions("gpu-a,gpu-z"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'gpu-z' is no server of this fleet")
                .hasMessageContaining("http://gpu-a:11434, http://gpu-b:11434");
    }

    @Test
    void credentialsAreNotRepeated() {
        assertThatThrownBy(() -> positions("http://me:secret@gpu-z:11434"))
                .isInstanceOf(ValidationException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void whereOneIsWantedSeveralAreRefused() {
        assertThat(NamedServers.one(List.of(), FLEET)).isEmpty();
        assertThat(NamedServers.one(List.of("gpu-a"), FLEET)).isPresent();
        assertThatThrownBy(() -> NamedServers.one(List.of("gpu-b"), FLEET))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("'gpu-b' names several servers")
                .hasMessageContaining("http://gpu-b:11434, big (http://gpu-b:11435)")
                .hasMessageNotContaining("gpu-a");
    }
}
