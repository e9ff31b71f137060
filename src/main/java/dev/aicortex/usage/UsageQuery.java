package dev.aicortex.usage;

import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.configuration.DurationConverter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which sums are asked for.
 *
 * @param by what is told apart; none for everything together
 * @param since the first moment, in milliseconds since 1970; a span begins there
 * @param until the first moment behind it; a span begins there too
 * @param sums whose sums are added up
 * @param bySpan whether each span is told apart
 * @param only values that have to be there
 * @param top how many names are told apart at most, over the whole time; 0 for all. The others are
 *     summed up as {@link #OTHER}
 */
public record UsageQuery(
        List<Dimension> by,
        long since,
        long until,
        Span sums,
        boolean bySpan,
        Map<Dimension, String> only,
        int top) {
    /** In place of the names of all that are not among the first. */
    public static final String OTHER = "(other)";

    private static final String USUAL = "24h";
    private static final int MOST_TOLD_APART = 100;

    /** What sums and records are told apart by. */
    public enum Dimension {
        KEY("api_key"),
        USER("end_user"),
        MODEL("model"),
        SERVER("server");

        private final String column;

        Dimension(String column) {
            this.column = column;
        }

        String column() {
            return column;
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * From the parameters of a query, null where one is not there.
     *
     * @param by words with commas between
     * @param since a duration before now, a date or a time; 24 hours when not given
     * @param until the same; now when not given
     * @param span {@code minute}, {@code hour} or {@code day}, to have each told apart
     * @param top how many names are told apart, 1 to 100; all when not given
     * @throws ValidationException naming the one that is wrong
     */
    public static UsageQuery of(
            List<Dimension> allowed,
            @Nullable String by,
            @Nullable String since,
            @Nullable String until,
            @Nullable String span,
            Map<Dimension, String> only,
            @Nullable String top,
            Instant now) {
        long from = moment("since", blank(since) ? USUAL : String.valueOf(since), now);
        // what happens now is in it
        long to =
                blank(until) ? now.toEpochMilli() + 1 : moment("until", String.valueOf(until), now);
        if (to < from) {
            throw ValidationException.of(
                    "until",
                    String.valueOf(until),
                    "is before since",
                    "write a later time, or leave it out for now");
        }
        Optional<Span> told = blank(span) ? Optional.empty() : Optional.of(span(span));
        Span sums = told.orElse(Span.finest(from, now.toEpochMilli()));
        if (from < sums.oldest(now.toEpochMilli()) && sums != Span.DAY) {
            throw ValidationException.of(
                    "span",
                    sums.word(),
                    "is kept for less time than since reaches back",
                    "take a longer one, or a later since");
        }
        return new UsageQuery(
                dimensions(allowed, by),
                sums.begin(from),
                sums.begin(Math.max(from, to - 1)) + sums.millis(),
                sums,
                told.isPresent(),
                only,
                blank(top) ? 0 : top(String.valueOf(top)));
    }

    private static int top(String text) {
        int top = text.matches("[1-9]\\d{0,2}") ? Integer.parseInt(text) : 0;
        if (top < 1 || top > MOST_TOLD_APART) {
            throw ValidationException.of(
                    "top",
                    text,
                    "is out of range",
                    "write a number from 1 to " + MOST_TOLD_APART + ", or leave it out for all");
        }
        return top;
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** Values by which sums or records are picked; those that are not given are left out. */
    public static Map<Dimension, String> only(
            @Nullable String key,
            @Nullable String user,
            @Nullable String model,
            @Nullable String server) {
        Map<Dimension, String> only = new EnumMap<>(Dimension.class);
        put(only, Dimension.KEY, key);
        put(only, Dimension.USER, user);
        put(only, Dimension.MODEL, model);
        put(only, Dimension.SERVER, server);
        return only;
    }

    private static void put(
            Map<Dimension, String> only, Dimension dimension, @Nullable String value) {
        if (value != null) {
            only.put(dimension, value);
        }
    }

    private static List<Dimension> dimensions(List<Dimension> allowed, @Nullable String by) {
        List<Dimension> found = new ArrayList<>();
        for (String word : by == null ? new String[0] : by.split(",", -1)) {
            found.add(
                    allowed.stream()
                            .filter(each -> each.word().equals(word.strip()))
                            .findFirst()
                            .orElseThrow(() ->
                                    ValidationException.of(
                                            "by",
                                            word,
                                            "is nothing that usage is told apart by",
                                            "write " + words(allowed))));
        }
        return found.stream().distinct().toList();
    }

    private static String words(List<Dimension> allowed) {
        String all = allowed.stream().map(Dimension::word).collect(Collectors.joining(", "));
        return all + ", or several with commas between";
    }

    private static Span span(@Nullable String word) {
        return Arrays.stream(Span.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        ValidationException.of(
                                "span",
                                String.valueOf(word),
                                "is no span",
                                "write minute, hour or day"));
    }

    /** A duration before now, a date, which begins at midnight UTC, or a time. */
    static long moment(String field, String text, Instant now) {
        String given = text.strip();
        try {
            if (given.matches("\\d{4}-\\d{2}-\\d{2}")) {
                return LocalDate.parse(given)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            }
            if (given.matches("\\d{4}-.*")) {
                return Instant.parse(given).toEpochMilli();
            }
            Duration ago = DurationConverter.parseDuration(given);
            if (ago != null && !ago.isNegative()) {
                return Math.max(0, now.minus(ago).toEpochMilli());
            }
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException _) {
            // told below, in our own words
        }
        throw ValidationException.of(
                field,
                text,
                "is no time",
                "write how long ago, as in 24h or 7d, a date, as in 2026-11-01, or a time, as in 2026-11-01T12:00:00Z");
    }
}
