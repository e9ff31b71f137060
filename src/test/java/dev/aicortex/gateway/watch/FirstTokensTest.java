package dev.aicortex.gateway.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstTokensTest {
    private static final long SPAN = 70_000_000;
    private static final long NOW = SPAN * FirstTokens.SPAN_MILLIS;

    private final FirstTokens tokens = new FirstTokens();

    @Test
    void aSpanTellsItsHalfAndItsTwentieth() {
        for (int i = 1; i <= 100; i++) {
            tokens.add(NOW + i, i * 10L);
        }

        FirstTokens.Span span = tokens.span(SPAN);

        assertThat(span).isNotNull();
        assertThat((double) span.p50()).isCloseTo(500, within(500 / 8.0));
        assertThat((double) span.p95()).isCloseTo(950, within(950 / 8.0));
    }

    @Test
    void aSpanWithoutStreamsTellsNothing() {
        tokens.add(NOW, 5);
        tokens.add(NOW + 2 * FirstTokens.SPAN_MILLIS, 7);

        assertThat(tokens.span(SPAN)).isEqualTo(new FirstTokens.Span(SPAN, 5, 5));
        assertThat(tokens.span(SPAN + 1)).isNull();
        assertThat(tokens.span(SPAN + 2)).isEqualTo(new FirstTokens.Span(SPAN + 2, 7, 7));
    }

    @Test
    void whatIsAQuarterOfAnHourAgoIsForgotten() {
        tokens.add(NOW, 5);
        tokens.add(NOW + FirstTokens.SPANS * FirstTokens.SPAN_MILLIS, 7);

        assertThat(tokens.span(SPAN + FirstTokens.SPANS)).isNotNull();
        assertThat(tokens.span(SPAN)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 999, 60_000, 3_600_000, Long.MAX_VALUE})
    void anyTimeIsToldToAnEighth(long millis) {
        tokens.add(NOW, millis);

        double told = tokens.span(SPAN).p50();

        double longest = Math.min(millis, 1 << 30);
        assertThat(told).isCloseTo(longest, within(longest / 8));
    }
}
