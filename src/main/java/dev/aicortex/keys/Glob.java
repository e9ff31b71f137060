package dev.aicortex.keys;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns in which {@code *} stands for any characters. */
final class Glob {
    private Glob() {}

    static boolean is(String text) {
        return text.indexOf('*') >= 0;
    }

    /** Matches what one of these patterns matches. */
    static Pattern anyOf(List<String> patterns) {
        return Pattern.compile(
                patterns.stream().map(Glob::regex).collect(Collectors.joining("|")),
                Pattern.DOTALL);
    }

    private static String regex(String pattern) {
        return Stream.of(pattern.split("\\*+", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
    }
}
