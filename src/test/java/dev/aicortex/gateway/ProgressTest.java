package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long BEGIN = Long.MAX_VALUE - seconds(3); // such a clock may wrap

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static long at(long seconds) {
        return BEGIN + seconds(seconds);
    }

    @Test
    void theFirstLookIsAfterTwoSecondsAndTheNextFiveLater() {
        Progress progress = new Progress(BEGIN, seconds(15));
        assertThat(progress.due(at(2) - 1)).isFalse();
        assertThat(progress.due(at(2))).isTrue();
        assertThat(progress.news(at(2), "")).isFalse();
        assertThat(progress.due(at(7) - 1)).isFalse();
        assertThat(progress.due(at(7))).isTrue();
    }

    @Test
    void wordsAreSaidWhenTheyChange() {
        Progress progress = new Progress(BEGIN, seconds(15));
        assertThat(progress.news(at(2), "third in line")).isTrue();
        assertThat(progress.news(at(7), "third in line")).isFalse();
        assertThat(progress.news(at(12), "second in line")).isTrue();
        assertThat(progress.news(at(17), "third in line")).isTrue();
    }

    @Test
    void theSameWordsAreSaidAgainWhereAHeartbeatIsDue() {
        Progress progress = new Progress(BEGIN, seconds(15));
        assertThat(progress.news(at(2), "third in line")).isTrue();
        assertThat(progress.news(at(17) - 1, "third in line")).isFalse();
        assertThat(progress.news(at(17), "third in line")).isTrue();
    }

    @Test
    void aShorterHeartbeatIsALookToo() {
        Progress progress = new Progress(BEGIN, seconds(1));
        assertThat(progress.due(at(1))).isTrue();
        assertThat(progress.news(at(1), "third in line")).isTrue();
        assertThat(progress.due(at(2))).isTrue();
        assertThat(progress.news(at(2), "third in line")).isTrue();
    }

    @Test
    void withoutHeartbeatsNothingIsSaidTwice() {
        Progress progress = new Progress(BEGIN, NEVER);
        assertThat(progress.due(at(2))).isTrue();
        assertThat(progress.news(at(2), "third in line")).isTrue();
        assertThat(progress.news(at(9_000), "third in line")).isFalse();
    }
}
