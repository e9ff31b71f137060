package dev.aicortex.ollama;

/** A server did not give a usable answer to a control call; the message says why in plain words. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
