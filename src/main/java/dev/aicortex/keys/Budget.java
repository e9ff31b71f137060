package dev.aicortex.keys;

import dev.aicortex.model.ValidationException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tokens a key may use in a day or a month of the calendar, in UTC.
 *
 * @param monthly whether it is for a month
 */
record Budget(long tokens, boolean monthly) {
    private static final Pattern WRITTEN =
            Pattern.compile("(?i)\\s*([1-9][0-9]{0,14})\\s*/\\s*(day|month)\\s*");

    /**
     * As it is written, {@code 1000000/day}.
     *
     * @throws ValidationException when it is none
     */
    static Budget of(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw ValidationException.of(
                    "budget_tokens",
                    text,
                    "is no budget",
                    "write tokens a day or a month, as in 1000000/day");
        }
        return new Budget(
                Long.parseLong(written.group(1)), written.group(2).equalsIgnoreCase("month"));
    }

    /** The period that a moment is in: {@code 2026-11} or {@code 2026-11-29}. */
    String period(Instant at) {
        String day = LocalDate.ofInstant(at, ZoneOffset.UTC).toString();
        return monthly ? day.substring(0, "2026-11".length()) : day;
    }

    /** When that period ends. */
    Instant ends(Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        LocalDate next = monthly ? day.withDayOfMonth(1).plusMonths(1) : day.plusDays(1);
        return next.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** As people say it. */
    String word() {
        return monthly ? "month" : "day";
    }
}
