package dev.aicortex.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.TestConfig;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which discovered servers a configuration leaves room for. */
class LayersTest {
    private static final Layers FOUND =
            Layers.NONE
                    .with(Origin.DNS, Map.of("dns", url("a"), "both", url("b")))
                    .with(Origin.KUBERNETES, Map.of("both", url("c"), "pod", url("d")));

    private static Map<String, String> url(String host) {
        return Map.of("url", "http://%s:11434".formatted(host));
    }

    private static Map<String, String> beside(Map<String, String> configured) {
        Map<String, String> keys = new TreeMap<>();
        FOUND.discoveredBeside(TestConfig.of(configured))
                .forEach(source -> keys.putAll(source.getProperties()));
        return keys;
    }

    @Test
    void ofTwoWithOneNameTheFirstOriginsCounts() {
        assertThat(beside(Map.of()))
                .containsExactly(
                        Map.entry("cortex.server.both.url", "http://c:11434"),
                        Map.entry("cortex.server.dns.url", "http://a:11434"),
                        Map.entry("cortex.server.pod.url", "http://d:11434"));
    }

    @Test
    void oneThatTheConfigurationNamesIsTheConfigurations() {
        assertThat(beside(Map.of("cortex.server.pod.url", "http://x:1")))
                .doesNotContainKey("cortex.server.pod.url");
        assertThat(beside(Map.of("cortex.server.mine.url", "http://d:11434/")))
                .doesNotContainKey("cortex.server.pod.url");
        assertThat(beside(Map.of("cortex.servers", "http://x:1,http://D:11434")))
                .doesNotContainKey("cortex.server.pod.url");
    }

    @Test
    void whatIsSaidOfAListedServerByItsHostIsNotSaidOfAPodOfThatName() {
        assertThat(
                        beside(
                                Map.of(
                                        "cortex.servers",
                                        "http://pod:11434",
                                        "cortex.server.pod.bearer",
                                        "secret")))
                .doesNotContainKey("cortex.server.pod.url")
                .containsKey("cortex.server.dns.url");
    }

    @Test
    void whatIsOnlySaidOfOneLeavesItThere() {
        assertThat(beside(Map.of("cortex.server.pod.weight", "2")))
                .containsKey("cortex.server.pod.url");
    }
}
