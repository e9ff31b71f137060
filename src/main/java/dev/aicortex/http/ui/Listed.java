package dev.aicortex.http.ui;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What headers list: {@code Accept} and the like. Anybody may send them, so a long one is read in a
 * time that grows with its length alone.
 */
final class Listed {
    private static final Pattern NOT = Pattern.compile("(?i);\\s*q\\s*=\\s*0(\\.0*)?\\s*(;|$)");

    private Listed() {}

    /** The entries of a header; none where it is not there. */
    static Stream<String> of(@Nullable String header) {
        return header == null
                ? Stream.empty()
                : Arrays.stream(header.split(",", -1)).map(String::strip);
    }

    /** Whether a header lists exactly this, and not as what is not wanted ({@code q=0}). */
    static boolean names(@Nullable String header, String what) {
        return of(header)
                .filter(entry -> !NOT.matcher(entry).find())
                .anyMatch(entry -> entry.split(";", 2)[0].strip().equalsIgnoreCase(what));
    }
}
