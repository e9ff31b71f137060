package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.Values;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static Requests with(Map<String, String> keys) {
        return new Requests(TestConfig.of(keys));
    }

    @Test
    void nobodysStreamsUnlessTheyAskForIt() {
        Requests none = with(Map.of());
        assertThat(none.resume(null, null)).isFalse();
        assertThat(none.resume("1", null)).isTrue();
        assertThat(none.resume("", "alice")).isFalse();
    }

    @Test
    void everybodysUnlessTheyDecline() {
        Requests all = with(Map.of("cortex.resume", "true"));
        assertThat(all.resume(null, null)).isTrue();
        assertThat(all.resume(" 0 ", null)).isFalse();
    }

    @Test
    void thoseOfSomeKeys() {
        Requests some = with(Map.of("cortex.resume-keys", "alice,bob"));
        assertThat(some.resume(null, "bob")).isTrue();
        assertThat(some.resume(null, "carol")).isFalse();
        assertThat(some.resume("0", "alice")).isFalse();
    }

    @Test
    void progressIsToldToThoseWhoWantIt() {
        Requests off = with(Map.of());
        assertThat(off.progress(null)).isFalse();
        assertThat(off.progress(" reasoning ")).isTrue();
        Requests on = with(Map.of("cortex.progress", "reasoning"));
        assertThat(on.progress("")).isTrue();
        assertThat(on.progress("off")).isFalse();
        assertThatThrownBy(() -> on.progress("1"))
                .isInstanceOf(ValidationException.class)
                .hasMessage(
                        "X-Cortex-Progress: '1' is no way to show progress; send reasoning to read as a thought what is waited for, or off");
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
