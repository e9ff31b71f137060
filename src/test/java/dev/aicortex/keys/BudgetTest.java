package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    private static final Instant LATE = Instant.parse("2026-12-31T23:59:59Z");

    @Test
    void isOfADay() {
        Budget day = Budget.of("1000/Day");
        assertThat(day).isEqualTo(new Budget(1_000, false));
        assertThat(day.period(LATE)).isEqualTo("2026-12-31");
        assertThat(day.ends(LATE)).isEqualTo("2027-01-01T00:00:00Z");
    }

    @Test
    void isOfAMonth() {
        Budget month = Budget.of(" 5 / month ");
        assertThat(month).isEqualTo(new Budget(5, true));
        assertThat(month.period(LATE)).isEqualTo("2026-12");
        assertThat(month.ends(Instant.parse("2026-11-30T00:00:00Z")))
                .isEqualTo("2026-12-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1000", "0/day", "-1/day", "1000/week", "1e6/day"})
    void isNothingElse(String text) {
        assertThatThrownBy(() -> Budget.of(text))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("budget_tokens: '" + text + "'")
                .hasMessageContaining("1000000/day");
    }
}
