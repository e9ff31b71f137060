package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.ServerEntry;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code cortex.server.<name>} says, and of whom. */
class ServerSettingsTest {
    private static final String URL = "http://gpu-a:11434";

    private static ServerSettings of(String... keys) {
        return ServerSettings.of(TestConfig.of(map(keys)), ServerUrl.of(URL));
    }

    private static Map<String, String> map(String... keys) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < keys.length; i += 2) {
            map.put("cortex." + keys[i], keys[i + 1]);
        }
        return map;
    }

    @Test
    void anEntryWithAUrlNamesTheServer() {
        ServerSettings set =
                of(
                        "server.big.url", URL + "/",
                        "server.big.weight", "3",
                        "server.big.priority", "2",
                        "server.big.max-concurrent", "8",
                        "server.big.labels", "gpu=eu");
        assertThat(set).isEqualTo(new ServerSettings("big", 3, 2, 0, 8, Set.of("gpu=eu")));
    }

    @Test
    void oneWithoutSaysSomethingOfTheServerThatItIsCalledBy() {
        for (String name : new String[] {"gpu-a", "\"gpu-a:11434\"", "\"" + URL + "\""}) {
            ServerSettings set = of("server.%s.weight".formatted(name), "3");
            assertThat(set).isEqualTo(new ServerSettings("", 3, 0, 0, 0, Set.of()));
        }
        assertThat(of("server.gpu-b.weight", "3").weight()).isEqualTo(1);
    }

    @Test
    void severalAddUp() {
        ServerSettings set =
                of("server.big.url", URL, "server.gpu-a.priority", "5", "max-concurrent", "4");
        assertThat(set).isEqualTo(new ServerSettings("big", 1, 5, 0, 4, Set.of()));
    }

    @Test
    void twoNamesForOneServerAreRefused() {
        var config = TestConfig.of(map("server.a.url", URL, "server.b.url", URL));
        assertThatThrownBy(() -> ServerEntry.all(config))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "cortex.server.b.url: 'http://gpu-a:11434' is the server of cortex.server.a too; leave one of the two out");
    }
}
