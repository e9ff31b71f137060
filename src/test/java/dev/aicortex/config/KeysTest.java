package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(cortex\\.[^`]+)` \\| ([^|]*) \\|");

    @Test
    void docsListEveryKeyWithItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        Matcher rows = ROW.matcher(Files.readString(Path.of("docs/configuration.md")));
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2).replace("`", "").strip());
        }
        assertThat(documented).isEqualTo(Keys.all());
    }

    @ParameterizedTest
    @CsvSource({
        "cortex.servres, cortex.servers",
        "cortex.health.tll, cortex.health.ttl",
        "CORTEX_SERVRES, CORTEX_SERVERS",
        "CORTEX_HEALTH_TIMEOUTS, CORTEX_HEALTH_TIMEOUT",
        "cortex.kesy.alice, cortex.keys.alice",
        "cortex.keys, cortex.keys.<name>",
        "cortex.keys., cortex.keys.<name>",
        "CORTEX_KESY_ALICE, CORTEX_KEYS_ALICE",
        "cortex.server.a.baerer, cortex.server.a.bearer",
        "cortex.server.\"http://a.b:1\".ca-flie, cortex.server.\"http://a.b:1\".ca-file",
        "cortex.server.a, cortex.servers",
        "CORTEX_SERVER_A_BAERER, CORTEX_SERVER_A_BEARER",
    })
    void aMisspeltKeyIsRefusedWithItsNearestNeighbour(String name, String meant) {
        assertThatThrownBy(() -> Keys.check(List.of("other.key", name)))
                .hasMessage("unknown configuration key %s; did you mean %s?", name, meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cortex.routing.multiuser-cache", "CORTEX_ROUTING_MULTIUSER_CACHE"})
    void aKeyThatWasRemovedIsSaidToBe(String name) {
        assertThatThrownBy(() -> Keys.check(List.of(name)))
                .hasMessage(
                        "unknown configuration key %s; it was removed and nothing takes its place: leave it out",
                        name);
    }

    @Test
    void everySpellingOfAKeyIsAccepted() {
        List<String> spellings =
                List.of(
                        "cortex.servers",
                        "cortex.servers[0]",
                        "CORTEX_SERVERS",
                        "CORTEX_SERVERS_0_",
                        "CORTEX_MAX_BODY",
                        "cortex.keys.alice",
                        "cortex.keys.\"team a\"",
                        "CORTEX_KEYS_ALICE",
                        "CORTEX_KEYS__TEAM_A_",
                        "cortex.server.a.bearer",
                        "cortex.server.\"http://a.b:1\".ca-file",
                        "CORTEX_SERVER_A_BEARER_FILE",
                        "CORTEX_KEY",
                        "cortex.key",
                        "CORTEX_URL",
                        "cortex.url",
                        "cortex.service.host",
                        "CORTEX_SERVICE_HOST",
                        "CORTEX_PORT_11435_TCP_ADDR");
        assertThatCode(() -> Keys.check(spellings)).doesNotThrowAnyException();
    }
}
