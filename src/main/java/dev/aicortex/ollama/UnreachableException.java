package dev.aicortex.ollama;

import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.faulttolerance.ExecutionContext;
import org.jspecify.annotations.Nullable;

/** A server did not give a usable answer to a control call; the message says why in plain words. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static UnreachableException of(Throwable failure) {
        return failure instanceof UnreachableException told
                ? told
                : new UnreachableException(FailureText.of(failure), failure);
    }

    /** What a guarded call fails with. */
    static <T> Uni<T> uni(ExecutionContext context) {
        return Uni.createFrom().failure(of(context.getFailure()));
    }

    UnreachableException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }

    /** Whether a call failed since its answer was longer than any can be. */
    public static boolean tooLong(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ControlClient.TooLongException) {
                return true;
            }
        }
        return false;
    }

    /** Why, without the server's address. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
