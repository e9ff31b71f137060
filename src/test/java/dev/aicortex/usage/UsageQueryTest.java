package dev.aicortex.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.model.ValidationException;
import dev.aicortex.usage.UsageQuery.Dimension;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageQueryTest {
    private static final Instant NOW = Instant.parse("2026-11-30T10:20:30Z");

    private static UsageQuery query(String by, String since, String until, String span) {
        return query(by, since, until, span, null);
    }

    private static UsageQuery query(
            String by, String since, String until, String span, String top) {
        return UsageQuery.of(
                List.of(Dimension.KEY, Dimension.MODEL),
                by,
                since,
                until,
                span,
                Map.of(),
                top,
                NOW);
    }

    @ParameterizedTest
    @CsvSource({
        ", , , MINUTE, 2026-11-29T10:20:00Z, 2026-11-30T10:21:00Z",
        "90m, , , MINUTE, 2026-11-30T08:50:00Z, 2026-11-30T10:21:00Z",
        "7d, , , HOUR, 2026-11-23T10:00:00Z, 2026-11-30T11:00:00Z",
        "2026-11-01, 2026-11-02, , HOUR, 2026-11-01T00:00:00Z, 2026-11-02T00:00:00Z",
        "2026-11-30T10:00:00Z, 2026-11-30T10:05:00Z, , MINUTE, 2026-11-30T10:00:00Z, 2026-11-30T10:05:00Z",
        "400d, , , DAY, 2025-10-26T00:00:00Z, 2026-12-01T00:00:00Z",
        "1h, , day, DAY, 2026-11-30T00:00:00Z, 2026-12-01T00:00:00Z",
        "9999999d, , , DAY, 1970-01-01T00:00:00Z, 2026-12-01T00:00:00Z",
    })
    void takesTheFinestSumsThatReachBackSoFar(
            String since, String until, String span, Span sums, Instant from, Instant to) {
        assertThat(query("key", since, until, span))
                .returns(sums, UsageQuery::sums)
                .returns(from.toEpochMilli(), UsageQuery::since)
                .returns(to.toEpochMilli(), UsageQuery::until);
    }

    @ParameterizedTest
    @CsvSource({
        "since, yesterday, , ",
        "since, 2026-13-01, , ",
        "since, -5h, , ",
        "since, 99999999999999999999d, , ",
        "until, 1h, 2h, ",
        "until, 1h, x, ",
        "span, 1h, , week",
        "span, 7d, , minute",
        "span, 120d, , hour",
    })
    void saysWhatIsWrong(String field, String since, String until, String span) {
        assertThatThrownBy(() -> query("key", since, until, span))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @CsvSource({"0", "101", "-1", "1.5", "ten", "99999999999"})
    void saysHowManyCanBeToldApart(String top) {
        assertThatThrownBy(() -> query("key", null, null, null, top))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("top: '%s'".formatted(top))
                .hasMessageContaining("1 to 100");
    }

    @ParameterizedTest
    @CsvSource({"user", "key;model", "''", "'key,'"})
    void namesWhatUsageIsToldApartBy(String by) {
        assertThatThrownBy(() -> query(by, null, null, null))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("key, model");
    }
}
