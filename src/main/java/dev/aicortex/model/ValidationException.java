package dev.aicortex.model;

import org.jspecify.annotations.Nullable;

/** The caller's input is wrong; sending it again unchanged cannot help. */
public final class ValidationException extends CortexException {
    private static final long serialVersionUID = 1L;

    public ValidationException(String message) {
        this(message, null);
    }

    public ValidationException(String message, @Nullable Throwable cause) {
        this(400, "invalid_request", message, cause);
    }

    private ValidationException(
            int status, String code, String message, @Nullable Throwable cause) {
        super(status, code, message, cause);
    }

    /** A body above {@code cortex.max-body}. */
    public static ValidationException bodyTooLarge(long limit) {
        String message =
                "the request body is larger than cortex.max-body (%d bytes); send less or raise it"
                        .formatted(limit);
        return new ValidationException(413, "request_too_large", message, null);
    }
}
