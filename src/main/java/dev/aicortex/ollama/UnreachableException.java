package dev.aicortex.ollama;

import org.jspecify.annotations.Nullable;

/** A server did not give a usable answer to a control call; the message says why in plain words. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static UnreachableException of(Throwable failure) {
        return failure instanceof UnreachableException told
                ? told
                : new UnreachableException(FailureText.of(failure), failure);
    }

    UnreachableException(String reason) {
        this(reason, null);
    }

    private UnreachableException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /** Whether a call failed since its answer was longer than any can be. */
    public static boolean tooLong(Throwable failure) {
        return FailureText.causes(failure)
                .anyMatch(ControlAnswers.TooLongException.class::isInstance);
    }

    /** Why, without the server's address. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
