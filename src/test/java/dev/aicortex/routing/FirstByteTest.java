package dev.aicortex.routing;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FirstByteTest {
    private static final Duration MOST = ofSeconds(300);

    private static Duration resident(double queue, double prefill, double perKilobyte) {
        Expectation expected = new Expectation(queue, 0, prefill, 0);
        return FirstByte.ofResident(ofSeconds(10), expected, perKilobyte, 4 * 1024, MOST);
    }

    @Test
    void aLoadMayTakeSeveralTimesAsLongAsItDidAndHalfAMinuteInAnyCase() {
        assertThat(FirstByte.ofLoad(20_000, 3, MOST)).isEqualTo(ofSeconds(60));
        assertThat(FirstByte.ofLoad(2_000, 3, MOST)).isEqualTo(ofSeconds(30));
        assertThat(FirstByte.ofLoad(200_000, 3, MOST)).isEqualTo(MOST);
    }

    @Test
    void aLoadThatWasNeverSeenMayTakeAsLongAsAnything() {
        assertThat(FirstByte.ofLoad(0, 3, MOST)).isEqualTo(MOST);
    }

    @Test
    void aModelInMemoryMayTakeLongerWhereMoreIsExpected() {
        assertThat(resident(0, 0, 100)).isEqualTo(ofSeconds(10));
        assertThat(resident(500, 1_000, 100)).isEqualTo(ofSeconds(16));
        assertThat(resident(100_000, 0, 100)).isEqualTo(MOST);
    }

    @Test
    void aPromptOfUnknownSpeedIsTakenToBeSlow() {
        assertThat(resident(0, 0, 0)).isEqualTo(ofMillis(10_000 + 4 * 4 * 2_500));
    }
}
