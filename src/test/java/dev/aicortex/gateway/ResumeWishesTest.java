package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.Values;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResumeWishesTest {
    private static ResumeWishes with(Map<String, String> keys) {
        return new ResumeWishes(TestConfig.of(keys));
    }

    @Test
    void nobodysStreamsUnlessTheyAskForIt() {
        ResumeWishes none = with(Map.of());
        assertThat(none.of(null, null)).isFalse();
        assertThat(none.of("1", null)).isTrue();
        assertThat(none.of("", "alice")).isFalse();
    }

    @Test
    void everybodysUnlessTheyDecline() {
        ResumeWishes all = with(Map.of("cortex.resume", "true"));
        assertThat(all.of(null, null)).isTrue();
        assertThat(all.of(" 0 ", null)).isFalse();
    }

    @Test
    void thoseOfSomeKeys() {
        ResumeWishes some = with(Map.of("cortex.resume-keys", "alice,bob"));
        assertThat(some.of(null, "bob")).isTrue();
        assertThat(some.of(null, "carol")).isFalse();
        assertThat(some.of("0", "alice")).isFalse();
    }

    @Test
    void aKeyThatIsNotThereIsRefused() {
        Map<String, String> keys =
                Map.of("cortex.resume-keys", "alice,bob", "cortex.keys.alice", "sk-1");
        assertThatThrownBy(() -> Values.check(TestConfig.of(keys)))
                .isInstanceOf(ValidationException.class)
                .hasMessage("cortex.resume-keys: there is no cortex.keys.bob; name one of [alice]");
    }
}
