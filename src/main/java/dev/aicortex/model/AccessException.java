package dev.aicortex.model;

/**
 * Whoever asks may not: no key that is known (401), a thing that this gateway is not set to do or
 * the key does not allow (403), or more than the key's limits leave now (429). The message says
 * what would allow it.
 */
public final class AccessException extends CortexException {
    private static final int NEVER = 0;

    private AccessException(int status, String code, String message, int retryAfter) {
        super(status, code, message, null, retryAfter);
    }

    /** No key, or one that the gateway does not know; the message never holds it. */
    public static AccessException unknownKey(String message) {
        return new AccessException(401, "invalid_api_key", message, NEVER);
    }

    /** What this gateway is not set to do; {@code message} names the key that allows it. */
    public static AccessException forbidden(String code, String message) {
        return new AccessException(403, code, message, NEVER);
    }

    /** A limit of the key is reached; there is room again in {@code retryAfter} seconds. */
    public static AccessException limited(String code, String message, int retryAfter) {
        return new AccessException(429, code, message, Math.max(1, retryAfter));
    }
}
