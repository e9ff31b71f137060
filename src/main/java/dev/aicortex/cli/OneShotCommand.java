package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.cli.Table.Column;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does one thing and ends: where it reads and prints, how it tells a person. */
@Command(mixinStandardHelpOptions = true, versionProvider = AicortexCommand.Version.class)
abstract class OneShotCommand implements Callable<Integer> {
    @Spec CommandSpec command = CommandSpec.create(); // replaced by picocli

    /** {@code --output table|json}: for people, or for programs one document a line. */
    static final class Output {
        @Option(
                names = "--output",
                paramLabel = "FORMAT",
                description = "How to print: ${COMPLETION-CANDIDATES} (default: table).")
        private Format format = Format.TABLE;

        private enum Format {
            TABLE,
            JSON;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        boolean json() {
            return format == Format.JSON;
        }
    }

    /** The whole of standard input. */
    static String input() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandException(
                    "standard input cannot be read: " + CommandException.reason(e));
        }
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }

    void printTable(JsonNode objects, Column... columns) {
        Table.of(objects, columns).print(out());
    }

    void printLine(String text) {
        out().println(Terminal.inOneLine(text));
    }

    /** Tells a person something that is no error. */
    void note(String text) {
        err().println("aicortex: " + Terminal.inOneLine(text));
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
