package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DoubtTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration DELAY = Duration.ofSeconds(10);

    private final Server.Doubt once = Server.Doubt.NONE.struck(Server.Strike.ANSWER, NOW, DELAY);

    @Test
    void isNotThereWithoutAStrike() {
        assertThat(Server.Doubt.NONE.holds(NOW, 5)).isFalse();
    }

    @Test
    void holdsForTheDelayAfterAStrike() {
        assertThat(once.holds(NOW.plusSeconds(9), 0)).isTrue();
        assertThat(once.holds(NOW.plusSeconds(10), 0)).isFalse();
    }

    @Test
    void thenLetsOneRequestTryAtATime() {
        assertThat(once.holds(NOW.plusSeconds(10), 1)).isTrue();
    }

    @Test
    void doublesWithEachFurtherStrikeUpToALimit() {
        Server.Doubt doubt = once;
        for (int i = 0; i < 10; i++) {
            doubt = doubt.struck(Server.Strike.ANSWER, NOW, DELAY);
        }
        assertThat(doubt.until()).isEqualTo(NOW.plusSeconds(320));
        assertThat(once.struck(Server.Strike.ANSWER, NOW, DELAY).until())
                .isEqualTo(NOW.plusSeconds(20));
    }
}
