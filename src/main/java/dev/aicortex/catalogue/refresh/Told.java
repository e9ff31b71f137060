package dev.aicortex.catalogue.refresh;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server says, as far as it can stand in a file and in a log: anything may answer on an
 * address.
 */
final class Told {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/@+-]{1,256}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final int LONGEST = 100;

    private Told() {}

    static boolean name(String text) {
        return NAME.matcher(text).matches();
    }

    /** 64 hexadecimal digits, or empty. */
    static String digest(@Nullable String text) {
        String digest = text == null ? "" : text.replaceFirst("^sha256:", "");
        return DIGEST.matcher(digest).matches() ? digest : "";
    }

    /** RFC 3339, or empty. */
    static String time(@Nullable String text) {
        try {
            return text == null ? "" : checked(text);
        } catch (DateTimeException _) {
            return ""; // a server's odd clock is no reason to fail
        }
    }

    private static String checked(String text) {
        return OffsetDateTime.parse(text).getYear() > 9999 ? "" : text;
    }

    /** A short text without control characters. */
    static String text(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String clean = UNPRINTABLE.matcher(text).replaceAll("").strip();
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST);
    }
}
