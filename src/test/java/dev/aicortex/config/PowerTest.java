package dev.aicortex.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.Power.Switch;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a configuration says by what a machine is woken and put to sleep. */
class PowerTest {
    private static final String MAC = "aa:bb:cc:dd:ee:ff";

    private static CortexConfig config(String... keys) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < keys.length; i += 2) {
            all.put("cortex.server.gpu." + keys[i], keys[i + 1]);
        }
        return TestConfig.of(all);
    }

    private static Power power(String... keys) {
        return Power.of("cortex.server.gpu", config(keys).server().get("gpu"));
    }

    private static Switch wake(String text) {
        return power("wake", text).wake().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "aa:bb:cc:dd:ee:ff, 255.255.255.255, 9",
        "AA-BB-CC-DD-EE-FF@192.168.1.255, 192.168.1.255, 9",
        "aa:bb:cc:dd:ee:ff@lan.example:7, lan.example, 7",
    })
    void aMacAddressIsWokenByAPacket(String text, String host, int port) {
        assertThat(wake(text)).isEqualTo(new Switch.Packet("aabbccddeeff", host, port));
    }

    @Test
    void aPacketHasSixBytesOfOnesAndTheAddressSixteenTimes() {
        byte[] bytes = ((Switch.Packet) wake("01:02:03:04:05:ff")).bytes();
        assertThat(bytes).hasSize(102).startsWith(-1, -1, -1, -1, -1, -1, 1, 2, 3, 4, 5, -1);
        for (int i = 6; i < bytes.length; i++) {
            assertThat(bytes[i]).isEqualTo(bytes[6 + i % 6]);
        }
    }

    @Test
    void theCredentialsOfAUrlBecomeAHeader() {
        assertThat(wake("https://me:secret@cloud.example/start?id=7"))
                .isEqualTo(
                        new Switch.Post(
                                URI.create("https://cloud.example/start?id=7"),
                                Optional.of("Basic bWU6c2VjcmV0")));
    }

    @Test
    void credentialsOfAUrlAreDecoded() {
        Switch.Post post = (Switch.Post) wake("https://me:s%40cret@cloud.example/start");
        assertThat(post.authorization())
                .contains(
                        "Basic " + Base64.getEncoder().encodeToString("me:s@cret".getBytes(UTF_8)));
        assertThat(post.url()).isEqualTo(URI.create("https://cloud.example/start"));
    }

    @Test
    void aCommandIsItsWords() {
        assertThat(wake("exec:/usr/local/bin/start-gpu  gpu-b ; $(reboot)"))
                .isEqualTo(
                        new Switch.Command(
                                List.of("/usr/local/bin/start-gpu", "gpu-b", ";", "$(reboot)")));
    }

    @Test
    void aMachineMaySleepThatCanBeWoken() {
        Power all = power("wake", MAC, "sleep", "http://host/off", "sleep-after", "30m");
        assertThat(all.sleepAfter()).contains(Duration.ofMinutes(30));
        assertThat(power("weight", "1")).isEqualTo(Power.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aa:bb:cc:dd:ee", MAC + "@host:0", MAC + "@host:99999", "start-gpu"})
    void whatHasNoSuchShapeIsRefused(String text) {
        assertThatThrownBy(() -> wake(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.server.gpu.wake: '" + text.strip())
                .hasMessageContaining("write a MAC address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:secret@", "exec: ", "exec:ssh gpu 'a secret'"})
    void aRefusalTellsNothingThatMayBeSecret(String text) {
        assertThatThrownBy(() -> wake(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith("cortex.server.gpu.wake: its ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void whatWouldNeverSleepOrNeverWakeIsRefusedByName() {
        assertRefused("cortex.server.gpu.sleep to", "wake", MAC, "sleep-after", "30m");
        assertRefused("cortex.server.gpu.sleep-after", "wake", MAC, "sleep", "exec:off");
        assertRefused("cortex.server.gpu.wake", "sleep", "exec:off", "sleep-after", "30m");
        assertRefused("only wakes", "wake", MAC, "sleep", MAC, "sleep-after", "30m");
        assertRefused("out of range", "wake", MAC, "sleep", "exec:off", "sleep-after", "10ms");
    }

    private static void assertRefused(String words, String... keys) {
        assertThatThrownBy(() -> Values.check(config(keys)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aConfigurationIsShownWithoutThem() {
        assertThat(Shown.masked("cortex.server.gpu.wake", "http://host/on?token=1"))
                .isEqualTo("***");
        assertThat(Shown.masked("cortex.server.gpu.sleep", "exec:off token")).isEqualTo("***");
        assertThat(Shown.masked("cortex.wake.timeout", "2m")).isEqualTo("2m");
    }

    @Test
    void missingModelsAreNamed() {
        assertThatThrownBy(() -> Values.check(TestConfig.of(Map.of("cortex.pull.missing", "true"))))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("cortex.pull.missing-models");
    }
}
