package dev.aicortex.model;

import org.jspecify.annotations.Nullable;

/**
 * The caller's input is wrong, or a server judged it so; sending it again unchanged cannot help.
 * The message names the field, its value and what to write instead, or has the server's own words.
 */
public final class ValidationException extends CortexException {
    public ValidationException(String message) {
        this(message, null);
    }

    public ValidationException(String message, @Nullable Throwable cause) {
        this(400, "invalid_request", message, cause);
    }

    /** For one field: {@code value} as it was given, what is wrong, what to write instead. */
    public static ValidationException of(
            String field, Object value, String problem, String remedy) {
        return new ValidationException("%s: '%s' %s; %s".formatted(field, value, problem, remedy));
    }

    private ValidationException(
            int status, String code, String message, @Nullable Throwable cause) {
        super(status, code, message, cause);
    }

    /** What a server said of the request, when it did not say it in the client's dialect. */
    public static ValidationException ofServer(int status, String code, String words) {
        return new ValidationException(status, code, words, null);
    }

    /** A body above {@code cortex.max-body}. */
    public static ValidationException bodyTooLarge(long limit) {
        String text =
                "the request body is larger than cortex.max-body (%d bytes); send less or raise it"
                        .formatted(limit);
        return ofServer(413, "request_too_large", text);
    }
}
