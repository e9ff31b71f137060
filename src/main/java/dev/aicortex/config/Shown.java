package dev.aicortex.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SysPropConfigSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A value as it is shown.
 *
 * @param value {@code ***} in place of a secret
 * @param source where it comes from, in words: a file with its line, {@code environment}, {@code
 *     flag or system property}, {@code default}
 */
public record Shown(String value, String source) {
    private static final String MASK = "***";

    /** The rules of keys, {@code cortex.routing.allow.keys.alice}, hold none. */
    private static final Pattern SECRET_NAME =
            Pattern.compile(
                    ".*(password|secret|token|bearer|credential|api-?key|(?<!routing\\.allow)\\.keys?)([.\\[].*)?");

    /** A URL or a command, of which any part may be one. */
    private static final Pattern SWITCH = Pattern.compile("cortex\\.server\\..+\\.(wake|sleep)");

    private static final Pattern USER_INFO = Pattern.compile("//[^,]*@");

    /** What is in force for a key; empty when nothing is set and there is no default. */
    public static Optional<Shown> of(SmallRyeConfig config, String name) {
        ConfigValue value = config.getConfigValue(name);
        return Optional.ofNullable(value.getValue())
                .map(text -> new Shown(masked(name, text), source(value)));
    }

    private static String source(ConfigValue value) {
        String source = value.getConfigSourceName();
        if (source == null || value.isDefault()) {
            return "default";
        } else if (source.startsWith(EnvConfigSource.NAME)) {
            return "environment";
        } else if (source.startsWith(SysPropConfigSource.NAME)) {
            return "flag or system property";
        }
        return value.getLineNumber() < 0 ? source : source + ":" + value.getLineNumber();
    }

    static String masked(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET_NAME.matcher(lower).matches() || SWITCH.matcher(lower).matches()
                ? MASK
                : USER_INFO.matcher(value).replaceAll("//" + MASK + "@");
    }
}
