package dev.aicortex.store;

/** The database is away, full, broken or not wanted; the message says which, without a secret. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    StoreException(String message) {
        super(message);
    }
}
