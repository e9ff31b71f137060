package dev.aicortex.simulator.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Arrays;
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
    private byte[] prefix = new byte[0];
    private String date = "";

    /** RFC 3339 with up to nine digits of the second, trailing zeros left out. */
    public byte[] now() {
        Instant now = Instant.now();
        turn(now);
        byte[] text = Arrays.copyOf(prefix, prefix.length + 10);
        return close(text, digits(text, now.get(ChronoField.NANO_OF_SECOND)));
    }

    /** For the {@code Date} header. */
    public String date() {
        turn(Instant.now());
        return date;
    }

    private void turn(Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            prefix = SECOND.format(now).getBytes(StandardCharsets.US_ASCII);
            date = HTTP.format(now);
        }
    }

    private int digits(byte[] text, int nanos) {
        int end = prefix.length;
        int rest = nanos;
        for (int i = prefix.length + 8; i >= prefix.length; i--) {
            text[i] = (byte) ('0' + rest % 10);
            if (end == prefix.length && text[i] != '0') {
                end = i + 1;
            }
            rest /= 10;
        }
        return Math.max(end, prefix.length + 1);
    }

    private static byte[] close(byte[] text, int end) {
        text[end] = 'Z';
        return end + 1 == text.length ? text : Arrays.copyOf(text, end + 1);
    }
}
