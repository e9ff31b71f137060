package dev.aicortex.model;

/**
 * Every candidate failed, or none is there to ask; the message lists each with its reason. Trying
 * again later may help: after {@link #retryAfter} where that is given.
 */
public final class ServerException extends CortexException {
    private ServerException(int status, String code, String message, int retryAfter) {
        super(status, code, message, null, retryAfter);
    }

    /** Servers were asked and none answered; {@code message} lists each and why. */
    public static ServerException exhausted(String message) {
        return new ServerException(502, "server_error", message, 0);
    }

    /** No server may be asked for the next {@code retryAfter} seconds. */
    public static ServerException unavailable(String message, int retryAfter) {
        return new ServerException(503, "server_unavailable", message, Math.max(1, retryAfter));
    }

    /** More requests are waiting than may; fewer do in {@code retryAfter} seconds. */
    public static ServerException busy(String message, int retryAfter) {
        return new ServerException(429, "queue_full", message, Math.max(1, retryAfter));
    }

    /** Servers were asked and none answered before the request's deadline. */
    public static ServerException late(String message) {
        return new ServerException(504, "timeout", message, 0);
    }

    /** The same, said in other words. */
    public ServerException withText(String message) {
        return new ServerException(status(), code(), message, retryAfter().orElse(0));
    }
}
