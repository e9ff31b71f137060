package dev.aicortex.simulator;

import java.time.Duration;

/** The faults that a simulated server can be started with, as the command line names them. */
public enum NamedFault {
    REFUSE,
    STOPPED,
    HANG,
    SLOW,
    SILENCE,
    BUSY,
    ERROR,
    ERROR_LINE,
    ERROR_EVENT,
    COMMENT,
    PAGE,
    GARBAGE,
    EMPTY,
    RESET,
    CLOSE,
    END,
    RUNNER,
    REPEATS,
    TAIL,
    TAIL_RESET,
    SPACED;

    private static final String TEXT = "an error was encountered while running the model";

    /**
     * Makes the fault of this name.
     *
     * @param after chunks that come well before it
     * @param lasts how long a silence or a slow first byte takes
     * @param status of a page
     */
    public Fault fault(int after, Duration lasts, int status) {
        return switch (this) {
            case REFUSE -> new Fault.Refuse();
            case STOPPED -> new Fault.Stopped();
            case HANG -> new Fault.HangMidStream(after);
            case SLOW -> new Fault.SlowFirstByte(lasts);
            case SILENCE -> Fault.silence(after, lasts);
            case BUSY -> new Fault.Busy();
            case ERROR -> new Fault.Status500(TEXT);
            case ERROR_LINE -> says("application/x-ndjson", "{\"error\":\"" + TEXT + "\"}\n");
            case ERROR_EVENT ->
                    says(
                            "text/event-stream",
                            "data: {\"error\":{\"message\":\"" + TEXT + "\"}}\n\n");
            case COMMENT -> says("text/event-stream", ": nothing follows\n\n");
            case PAGE -> Fault.page(status);
            case GARBAGE -> new Fault.Garbage();
            case EMPTY -> new Fault.Empty200();
            case RESET -> new Fault.CutReset(after);
            case CLOSE -> new Fault.CutClose(after);
            case END -> new Fault.CutEof(after);
            case RUNNER -> new Fault.RunnerKilled(after);
            case REPEATS -> new Fault.Repeats();
            case TAIL -> new Fault.Tail(": one word more\n\n", Fault.Finish.WELL);
            case TAIL_RESET -> new Fault.Tail("", Fault.Finish.RESET);
            case SPACED -> new Fault.Spaced();
        };
    }

    private static Fault says(String type, String text) {
        return new Fault.Says(200, type, text, Fault.Finish.WELL);
    }
}
