package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import io.smallrye.config.ConfigValidationException;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;

/** What the configuration's library says, without what it puts around that. */
public final class ConfigErrors {
    private static final Pattern WRAPPING =
            Pattern.compile("Configuration validation failed:|[\\w.]+Exception: |SRCFG\\d+: ");

    private ConfigErrors() {}

    /** The reason in words. */
    public static String text(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return WRAPPING.matcher(message).replaceAll("").replaceAll("\\s+", " ").strip();
    }

    /** The same as an error of ours, for what values can be the cause of; else thrown on. */
    static ValidationException refusal(RuntimeException failure) {
        return switch (failure) {
            case ValidationException known -> known;
            case ConfigValidationException _,
                    IllegalArgumentException _,
                    NoSuchElementException _ ->
                    new ValidationException(text(failure), failure);
            default -> throw failure;
        };
    }
}
