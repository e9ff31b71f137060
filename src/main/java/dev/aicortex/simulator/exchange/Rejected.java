package dev.aicortex.simulator.exchange;

/** The request is answered with an error instead of being run. */
public final class Rejected extends RuntimeException {
    /** When it is found out, by which the compatible routes format their answer. */
    private enum Stage {
        UNPACKING,
        READING,
        RUNNING
    }

    private final int status;
    private final Stage stage;

    private Rejected(int status, Stage stage, String message) {
        super(message, null, false, false);
        this.status = status;
        this.stage = stage;
    }

    /** By the handler that would have run it. */
    public static Rejected because(int status, String message) {
        return new Rejected(status, Stage.RUNNING, message);
    }

    /**
     * While the body was read: the compatible routes format this answer unlike their other ones.
     */
    public static Rejected unreadable(String message) {
        return new Rejected(400, Stage.READING, message);
    }

    /** Before that: it is Ollama's own error on every route. */
    static Rejected unpackable(String message) {
        return new Rejected(400, Stage.UNPACKING, message);
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
        return stage != Stage.RUNNING;
    }

    /** In which dialect it is told on a route. */
    Dialect dialect(Dialect route) {
        return stage == Stage.UNPACKING ? Dialect.OLLAMA : route;
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
