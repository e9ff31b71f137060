package dev.aicortex.cli;

import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.util.regex.Pattern;

/** What stopped the start of the gateway, in one line; pure. */
final class StartFailure {
    /** What the configuration's library puts around the reason. */
    private static final Pattern WRAPPING =
            Pattern.compile("Configuration validation failed:|[\\w.]+Exception: |SRCFG\\d+: ");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private StartFailure() {}

    static String line(Throwable failure) {
        Throwable cause = ExceptionUtil.getRootCause(failure);
        return SPACES.matcher(reason(cause)).replaceAll(" ").strip();
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case QuarkusBindException _ ->
                    "the gateway cannot listen: %s; choose another by --host and --port"
                            .formatted(message);
            case ConfigurationException _, ValidationException _ -> message;
            case ConfigValidationException _, IllegalArgumentException _ ->
                    WRAPPING.matcher(message).replaceAll("");
            default ->
                    "the gateway does not start: %s (%s)"
                            .formatted(message, cause.getClass().getSimpleName());
        };
    }
}
