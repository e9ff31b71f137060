package dev.aicortex.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RateTest {
    private static final long NOW = 1_000_000_000L;

    private final Rate rate = new Rate();

    @Test
    void nothingIsNone() {
        assertThat(rate.aSecond(NOW)).isZero();
    }

    @Test
    void whatEndedIsTheAverageOfAMinute() {
        rate.add(NOW - 2_000, NOW, 600);

        assertThat(rate.aSecond(NOW)).isCloseTo(10, within(1e-9));
        assertThat(rate.aSecond(NOW + 30_000)).isCloseTo(10, within(1e-9));
        assertThat(rate.aSecond(NOW + 60_000)).isZero();
    }

    @Test
    void whatTookLongerThanAMinuteCountsWithItsLastOne() {
        rate.add(NOW - 120_000, NOW, 1_200);

        assertThat(rate.aSecond(NOW)).isCloseTo(10, within(0.2));
    }

    @Test
    void itLeavesSecondBySecond() {
        rate.add(NOW - 60_000, NOW, 600);

        assertThat(rate.aSecond(NOW + 29_000)).isCloseTo(5, within(0.2));
        assertThat(rate.aSecond(NOW + 10_000_000)).isZero();
    }

    @Test
    void noTimeAtAllIsAMoment() {
        rate.add(NOW, NOW, 60);

        assertThat(rate.aSecond(NOW)).isCloseTo(1, within(1e-9));
    }

    @Test
    void aClockThatGoesBackLosesNothing() {
        rate.add(NOW - 1_000, NOW, 60);
        rate.add(NOW - 6_000, NOW - 5_000, 60);

        assertThat(rate.aSecond(NOW - 5_000)).isCloseTo(2, within(1e-9));
    }
}
