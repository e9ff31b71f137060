package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.Values;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private static boolean strips(Requests requests, @Nullable String header, String caller)
            throws IOException {
        Buffer body =
                Buffer.buffer("{\"model\":\"m\",\"system\":\"x-anthropic-billing-header: 1\"}");
        ParsedBody parsed =
                requests.parse(
                        new RequestBody.InMemory(body, new BodyBudget(1_000)), Endpoint.MESSAGES);
        return !requests.stripped(parsed, header, caller).lines().cuts().isEmpty();
    }

    @Test
    void everybodysSystemPromptIsStrippedButForSomeKeys() throws IOException {
        Requests some = with(Map.of("cortex.prompt.strip-off-keys", "alice"));
        assertThat(strips(some, null, "bob")).isTrue();
        assertThat(strips(some, null, "alice")).isFalse();
        assertThat(strips(some, "on", "alice")).isTrue();
        assertThat(strips(some, " off ", "bob")).isFalse();
        assertThatThrownBy(() -> strips(some, "0", "bob"))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("X-Cortex-Strip: '0'");
    }

    @Test
    void ofTheLinesThatAreSet() throws IOException {
        assertThat(strips(with(Map.of("cortex.prompt.strip", "")), null, "bob")).isFalse();
        assertThat(strips(with(Map.of("cortex.prompt.strip", "x-other:")), null, "bob")).isFalse();
        assertThat(strips(with(Map.of("cortex.prompt.strip", "x-a:, x-anth")), null, "bob"))
                .isTrue();
        assertThatThrownBy(() -> Values.check(TestConfig.of(Map.of("cortex.prompt.strip", "x-é:"))))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("cortex.prompt.strip: x-é:");
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

    @ParameterizedTest
    @CsvSource({
        ", , false, NORMAL",
        ", , true, BATCH",
        "normal, , true, NORMAL",
        "Interactive, nightly, true, INTERACTIVE",
        ", alice, true, INTERACTIVE",
        ", alice, false, INTERACTIVE",
        ", nightly, false, BATCH",
        ", bob, true, BATCH",
        "batch, alice, false, BATCH",
    })
    void whatTheClientOrItsKeySaysComesBeforeWhatAPromptLooksLike(
            String header, String key, boolean background, Priority priority) {
        Requests requests =
                with(
                        Map.of(
                                "cortex.queue.priorities.alice",
                                "interactive",
                                "cortex.queue.priorities.nightly",
                                "batch"));
        assertThat(requests.priority(header, key, background)).isEqualTo(priority);
    }

    @Test
    void theUsualPriorityIsThatOfWhatIsNotInTheBackground() {
        Requests urgent = with(Map.of("cortex.queue.priority", "interactive"));
        assertThat(urgent.priority(null, null, false)).isEqualTo(Priority.INTERACTIVE);
        assertThat(urgent.priority(null, null, true)).isEqualTo(Priority.BATCH);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 1_000})
    void aBeginningThatIsNeverReadToItsEndIsRefused(int length) {
        Map<String, String> keys = Map.of("cortex.queue.background", "x".repeat(length));
        assertThatThrownBy(() -> Values.check(TestConfig.of(keys)))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.queue.background: 'x")
                .hasMessageEndingWith("the beginning of a text, at most 100 characters");
    }
}
