package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.TestConfig;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that name keys which there are not. */
class NamedKeysTest {
    private final NamedKeys named = new NamedKeys();

    @BeforeEach
    void nothingIsNamed() {
        named.take(TestConfig.of(Map.of()));
    }

    private void take(String setting, String value) {
        named.take(TestConfig.of(Map.of(setting, value)));
    }

    @ParameterizedTest
    @CsvSource({
        "cortex.queue.priorities.alcie, batch",
        "cortex.routing.allow.keys.alcie, gpu=eu",
        "cortex.resume-keys, 'alcie,bob'",
        "cortex.prompt.strip-off-keys, alcie"
    })
    void areToldWithTheNearestName(String setting, String value) {
        take(setting, value);
        assertThat(named.news(Set.of("alice", "bob")))
                .containsExactly(
                        setting
                                + ": there is no key 'alcie', so it is without effect; did you mean alice?");
    }

    @Test
    void areToldOnceAsLongAsThereIsNoSuchKey() {
        take("cortex.resume-keys", "erin");
        assertThat(named.news(Set.of()))
                .singleElement()
                .asString()
                .contains("'erin'", "aicortex key list");
        take("cortex.resume-keys", "erin");
        assertThat(named.news(Set.of())).isEmpty();
        assertThat(named.news(Set.of("erin"))).isEmpty();
        assertThat(named.news(Set.of())).hasSize(1);
    }

    @Test
    void areToldOfANewConfiguration() {
        assertThat(named.news(Set.of("alice"))).isEmpty();
        take("cortex.resume-keys", "alice,zoe");
        assertThat(named.news(Set.of("alice"))).hasSize(1);
    }
}
