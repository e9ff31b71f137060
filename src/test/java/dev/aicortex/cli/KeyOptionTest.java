package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key that a command sends. */
class KeyOptionTest extends AgainstStandIn {
    private static final String NOTHING = "{\"models\":[]}";

    @Test
    void isSentAsABearer() {
        gateway.answers("/api/tags", 200, NOTHING);

        assertThat(gateway.run("models", "--key", "sk-alice").status()).isZero();
        assertThat(gateway.received("/api/tags").authorization()).isEqualTo("Bearer sk-alice");
    }

    @Test
    void isNotSentWhenThereIsNone() {
        gateway.answers("/api/tags", 200, NOTHING);

        gateway.run("models");

        assertThat(gateway.received("/api/tags").authorization()).isNull();
    }

    @Test
    void winsOverTheCredentialsOfTheUrl() {
        gateway.answers("/api/tags", 200, NOTHING);
        String url = gateway.url().replace("//", "//me:other@");

        Run.of("models", "--url", url, "--key", "sk-alice");

        assertThat(gateway.received("/api/tags").authorization()).isEqualTo("Bearer sk-alice");
    }

    @Test
    void comesFromTheFlagOrTheEnvironment() {
        assertThat(GatewayCommand.given("flag", "variable")).isEqualTo("flag");
        assertThat(GatewayCommand.given(null, "variable")).isEqualTo("variable");
        assertThat(GatewayCommand.given(null, " ")).isNull();
        assertThat(GatewayCommand.given(null, null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sk alice", "sk-ä", "sk\nalice"})
    void isRefusedUnshownWhenItCannotBeSent(String key) {
        Run run = gateway.run("models", "--key", key);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.error()).startsWith("the key of --key or $CORTEX_KEY is empty or has");
        assertThat(key.isEmpty() || !run.err().contains(key)).isTrue();
    }

    @Test
    void isAskedForWhenTheGatewayWantsOne() {
        gateway.answers("/api/tags", 401, "{\"error\":\"this gateway asks for a key\"}");

        assertThat(gateway.run("models", "--key", "sk-wrong").error())
                .startsWith("this gateway asks for a key (401 from ")
                .endsWith("; give this command yours with --key or $CORTEX_KEY")
                .doesNotContain("sk-wrong");
    }
}
