package dev.aicortex.simulator;

/** The request is answered with an error instead of being run. */
final class Rejected extends RuntimeException {
    private final int status;
    private final boolean early;

    private Rejected(int status, boolean early, String message) {
        super(message, null, false, false);
        this.status = status;
        this.early = early;
    }

    /** By the handler that would have run it. */
    static Rejected because(int status, String message) {
        return new Rejected(status, false, message);
    }

    /**
     * While the body was read: the compatible routes format this answer unlike their other ones.
     */
    static Rejected unreadable(String message) {
        return new Rejected(400, true, message);
    }

    static Rejected missing(String model) {
        return because(404, "model '" + model + "' not found");
    }

    static Rejected busy() {
        return because(503, "server busy, please try again.  maximum pending requests exceeded");
    }

    static Rejected runnerDied() {
        return because(500, "an error was encountered while running the model: unexpected EOF");
    }

    int status() {
        return status;
    }

    boolean early() {
        return early;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
