package dev.aicortex.model;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a request; each kind maps to one status and one body a dialect. */
public abstract sealed class CortexException extends RuntimeException
        permits AccessException,
                ModelNotFoundException,
                ServerException,
                StreamException,
                ValidationException {
    private final int status;
    private final String code;
    private final int retryAfter;

    CortexException(int status, String code, String message, @Nullable Throwable cause) {
        this(status, code, message, cause, 0);
    }

    /**
     * @param retryAfter seconds; 0 where it is not known whether another try makes sense
     */
    CortexException(
            int status, String code, String message, @Nullable Throwable cause, int retryAfter) {
        super(message, cause);
        this.status = status;
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status that tells a client of it. */
    public int status() {
        return status;
    }

    /** The machine-readable name, for example {@code model_not_found}. */
    public String code() {
        return code;
    }

    /** Seconds after which another try makes sense; empty where that is not known. */
    public OptionalInt retryAfter() {
        return retryAfter > 0 ? OptionalInt.of(retryAfter) : OptionalInt.empty();
    }

    /** The text for a client; never null. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
