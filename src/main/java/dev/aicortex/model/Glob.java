package dev.aicortex.model;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns in which {@code *} stands for any characters. */
public final class Glob {
    private Glob() {}

    public static boolean is(String text) {
        return text.indexOf('*') >= 0;
    }

    /** Matches what one of these patterns matches. */
    public static Pattern anyOf(List<String> patterns) {
        return Pattern.compile(
                patterns.stream().map(Glob::regex).collect(Collectors.joining("|")),
                Pattern.DOTALL);
    }

    /** What a pattern is as a regular expression. */
    public static String regex(String pattern) {
        return Stream.of(pattern.split("\\*+", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
    }
}
