package dev.aicortex.cli;

import dev.aicortex.catalogue.refresh.Progress;
import dev.aicortex.catalogue.refresh.Progress.Step;
import java.io.PrintWriter;

/** How far a refresh is, on one line of a terminal; nothing elsewhere. */
final class ProgressBar implements Progress, AutoCloseable {
    private static final int WIDTH = 30;
    private static final String START_OF_EMPTY_LINE = "\r\033[K";

    private final PrintWriter out;
    private final boolean shown;
    private boolean closed;

    private ProgressBar(PrintWriter out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    static ProgressBar on(PrintWriter out) {
        return on(out, Terminal.onError());
    }

    /** One for a terminal, or one that stays hidden. */
    static ProgressBar on(PrintWriter out, boolean terminal) {
        return new ProgressBar(out, terminal);
    }

    @Override
    public synchronized void at(Step step, int done, int total) {
        if (shown && !closed) {
            int filled = total == 0 ? WIDTH : done * WIDTH / total;
            out.printf(
                    "%s%-7s [%s%s] %d/%d",
                    START_OF_EMPTY_LINE,
                    step.word(),
                    "#".repeat(filled),
                    "-".repeat(WIDTH - filled),
                    done,
                    total);
            out.flush();
        }
    }

    /** Lets another line be printed; the bar comes again below it with the next step. */
    synchronized void beside(Runnable line) {
        if (shown && !closed) {
            out.print(START_OF_EMPTY_LINE);
            out.flush();
        }
        line.run();
    }

    @Override
    public void close() {
        clear();
    }

    /** Leaves the line to what is printed next. */
    synchronized void clear() {
        beside(() -> closed = true);
    }
}
