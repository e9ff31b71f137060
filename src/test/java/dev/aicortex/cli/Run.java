package dev.aicortex.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** What one run of the command line left behind. */
record Run(int status, String out, String err) {
    static Run of(CommandLine commands, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = commands.execute(arguments);
        return new Run(status, out.toString(), err.toString());
    }

    static Run of(String... arguments) {
        return of(AicortexCommand.commandLine(), arguments);
    }

    /** With {@code input} as its standard input. */
    static Run fed(String input, String... arguments) {
        return fed(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
    }

    static Run fed(InputStream input, String... arguments) {
        InputStream before = System.in;
        System.setIn(input);
        try {
            return of(arguments);
        } finally {
            System.setIn(before);
        }
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** The one line of an error, without the program's name. */
    String error() {
        List<String> lines = err.lines().toList();
        if (lines.size() != 1 || !lines.getFirst().startsWith("aicortex: ")) {
            throw new AssertionError("not one line of an error: " + err);
        }
        return lines.getFirst().substring("aicortex: ".length());
    }
}
