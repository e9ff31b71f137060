package dev.aicortex.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;

/** Shows a model's answer piece by piece, and ends it with a line feed when it has none. */
final class AnswerPrinter implements Consumer<String>, AutoCloseable {
    private final PrintWriter out;
    private final boolean terminal;
    private boolean insideLine;

    /** Only for a terminal are control characters replaced; a file gets what the model wrote. */
    AnswerPrinter(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void accept(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        out.print(terminal ? ControlCharacters.replaced(piece) : piece);
        insideLine = !piece.endsWith("\n");
        if (out.checkError()) { // which also flushes
            throw new CommandException("standard output is closed; the answer was stopped");
        }
    }

    @Override
    public void close() {
        if (insideLine) {
            out.println();
        }
    }
}
