package dev.aicortex.simulator.exchange;

/** The request is answered with an error instead of being run. */
public final class Rejected extends RuntimeException {
    private final int status;
    private final boolean early;

    private Rejected(int status, boolean early, String message) {
        super(message, null, false, false);
        this.status = status;
        this.early = early;
    }

    /** By the handler that would have run it. */
    public static Rejected because(int status, String message) {
        return new Rejected(status, false, message);
    }

    /**
     * While the body was read: the compatible routes format this answer unlike their other ones.
     */
    public static Rejected unreadable(String message) {
        return new Rejected(400, true, message);
    }

    public static Rejected missing(String model) {
        return because(404, "model '" + model + "' not found");
    }

    public static Rejected busy() {
        return because(503, "server busy, please try again.  maximum pending requests exceeded");
    }

    public static Rejected runnerDied() {
        return because(500, "an error was encountered while running the model: unexpected EOF");
    }

    int status() {
        return status;
    }

    boolean early() {
        return early;
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
