package dev.aicortex.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.ModelName;
import org.junit.jupiter.api.Test;

class ServerPaceTest {
    private static final ModelName MODEL = ModelName.of("llama3.2:3b");

    private final ServerPace pace = new ServerPace();

    @Test
    void tokensOfAnAnswerAreThoseBehindItsFirst() {
        pace.decoded(MODEL, 2_000, 101);
        assertThat(pace.decodeTokensASecond(MODEL)).isEqualTo(50);
        assertThat(pace.decodeTokensASecond(ModelName.of("qwen3:8b"))).isNull();
    }

    @Test
    void theNewestCountMost() {
        pace.decoded(MODEL, 1_000, 51);
        pace.decoded(MODEL, 1_000, 101);
        assertThat(pace.decodeTokensASecond(MODEL)).isEqualTo(60);
    }

    @Test
    void anAnswerOfFewTokensOrAtOnceTellsNothing() {
        pace.decoded(MODEL, 1, 7);
        pace.decoded(MODEL, 0, 100);
        pace.decoded(MODEL, 1_000, -1);
        assertThat(pace.decodeTokensASecond(MODEL)).isNull();
    }
}
