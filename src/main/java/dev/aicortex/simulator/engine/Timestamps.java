package dev.aicortex.simulator.engine;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * The time of day as Go prints it. Every token of a native answer carries one, so the part that
 * changes once a second is kept.
 */
public final class Timestamps {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private String prefix = "";
    private String date = "";

    /** RFC 3339 with up to nine digits of the second, trailing zeros left out. */
    public String now() {
        Instant now = Instant.now();
        turn(now);
        String nanos = Integer.toString(1_000_000_000 + now.get(ChronoField.NANO_OF_SECOND));
        int end = nanos.length();
        while (end > 2 && nanos.charAt(end - 1) == '0') {
            end--;
        }
        return prefix + nanos.substring(1, end) + "Z";
    }

    /** For the {@code Date} header. */
    public String date() {
        turn(Instant.now());
        return date;
    }

    private void turn(Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            prefix = SECOND.format(now);
            date = HTTP.format(now);
        }
    }
}
