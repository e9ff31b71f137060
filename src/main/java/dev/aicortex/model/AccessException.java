package dev.aicortex.model;

/**
 * Whoever asks may not: no key that is known (401), or a thing that this gateway is not set to do
 * (403). The message says what would allow it.
 */
public final class AccessException extends CortexException {
    private AccessException(int status, String code, String message) {
        super(status, code, message, null);
    }

    /** No key, or one that the gateway does not know; the message never holds it. */
    public static AccessException unknownKey(String message) {
        return new AccessException(401, "invalid_api_key", message);
    }

    /** What this gateway is not set to do; {@code message} names the key that allows it. */
    public static AccessException forbidden(String code, String message) {
        return new AccessException(403, code, message);
    }
}
