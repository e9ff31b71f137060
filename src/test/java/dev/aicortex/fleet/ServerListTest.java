package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.ServerAccess;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.TestConfig;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fleet without configured servers, to which some are added. */
class ServerListTest {
    private static final String LOCALHOST = "http://localhost:11434";
    private static final String GPU = "http://gpu:11434";
    private static final String OLD = "http://old:11434";

    private static ServerList catalogued(String... urls) {
        return started(Map.of(), urls);
    }

    private static ServerList started(Map<String, String> keys, String... urls) {
        CortexConfig config = TestConfig.of(keys);
        return new ServerList(
                new ServerSources(config, noBeans()),
                new ServerList.LastKnown() {
                    @Override
                    public List<ServerUrl> servers() {
                        return Stream.of(urls).map(ServerUrl::of).toList();
                    }

                    @Override
                    public Map<String, Map<ModelName, TagList.Tag>> models(
                            List<ServerUrl> servers) {
                        return Map.of();
                    }
                },
                config);
    }

    @SuppressWarnings("unchecked")
    private static Instance<ServerSource> noBeans() {
        return (Instance<ServerSource>)
                Proxy.newProxyInstance(
                        ServerListTest.class.getClassLoader(),
                        new Class<?>[] {Instance.class},
                        (_, _, _) -> Stream.empty());
    }

    private static List<String> beside(ServerList list, Set<URI> gone, String... added) {
        CortexConfig config =
                TestConfig.of(
                        added.length == 0 ? Map.of() : Map.of("cortex.server.added.url", added[0]));
        return list.beside(ServerEntry.all(config), gone, config, new ServerAccess(config)).stream()
                .map(ServerUrl::toString)
                .toList();
    }

    private static List<String> known(Map<String, String> keys) {
        return ServerList.known(TestConfig.of(keys), List.of()).stream()
                .map(ServerUrl::toString)
                .toList();
    }

    @Test
    void anAddedOneStandsBesideLocalhostAndWhatTheCatalogueNames() {
        assertThat(beside(catalogued(), Set.of(), GPU)).containsExactly(LOCALHOST, GPU);
        assertThat(beside(catalogued(OLD, GPU), Set.of(), GPU))
                .containsExactly(LOCALHOST, OLD, GPU);
        assertThat(beside(catalogued(), Set.of(), LOCALHOST)).containsExactly(LOCALHOST);
    }

    @Test
    void oneThatWasRemovedIsGoneThoughTheCatalogueNamesIt() {
        assertThat(beside(catalogued(OLD, GPU), Set.of(URI.create(GPU))))
                .containsExactly(LOCALHOST, OLD);
    }

    @Test
    void theOneOnLocalhostCountsWhereNoneIsNamed() {
        assertThat(known(Map.of())).containsExactly("http://localhost:11434");
    }

    @Test
    void aNewConfigurationNeitherBeginsToDiscoverNorEnds() {
        CortexConfig plain = TestConfig.of(Map.of());
        CortexConfig dns = TestConfig.of(Map.of("cortex.discovery.dns", "ollama.internal"));
        ServerList alone = started(Map.of());
        assertThat(alone.configured(dns)).isFalse();
        assertThat(alone.namesOnly(List.of(), dns)).isTrue();
        assertThatThrownBy(() -> alone.servers(dns, new ServerAccess(dns)))
                .isInstanceOf(ServerList.NoneConfiguredException.class); // so the one on localhost
        ServerList looking = started(Map.of("cortex.discovery.dns", "ollama.internal"));
        assertThat(looking.servers(plain, new ServerAccess(plain))).isEmpty();
        assertThat(looking.namesOnly(List.of(), plain)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "cortex.discovery.dns, ollama.internal",
        "cortex.discovery.kubernetes.services, ollama",
        "cortex.discovery.kubernetes.selector, app=ollama"
    })
    void whereServersAreDiscoveredItDoesNot(String key, String value) {
        assertThat(known(Map.of(key, value))).isEmpty();
        assertThat(known(Map.of(key, value, "cortex.servers", "http://a:1")))
                .containsExactly("http://a:1");
    }
}
