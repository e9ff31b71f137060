package dev.aicortex.cli;

import dev.aicortex.model.CortexException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What holds for every command: UTF-8 whatever the locale, an error is one line on standard error,
 * and the exit status is 0 when it worked, 1 when it did not, 2 when the command line is wrong
 * whatever the files and servers are that it names.
 */
final class Conventions {
    private Conventions() {}

    static CommandLine on(CommandLine commands) {
        return commands.setOut(utf8(System.out))
                .setErr(utf8(System.err))
                .setExpandAtFiles(false) // a prompt may begin with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Conventions::wrongUsage)
                .setExecutionExceptionHandler(Conventions::failed);
    }

    private static PrintWriter utf8(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int wrongUsage(ParameterException error, String[] arguments) {
        CommandSpec command = error.getCommandLine().getCommandSpec();
        String hint = "; see '%s --help'".formatted(command.qualifiedName());
        print(error.getCommandLine(), error.getMessage() + nearest(error) + hint);
        return command.exitCodeOnInvalidInput();
    }

    private static String nearest(ParameterException error) {
        List<String> names =
                error instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions()
                        : List.of();
        return names.isEmpty() ? "" : "; did you mean " + String.join(" or ", names) + "?";
    }

    private static int failed(Exception error, CommandLine command, ParseResult arguments) {
        print(command, text(error));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String text(Exception error) {
        return switch (error) {
            case CommandException known -> known.line();
            case CortexException known -> known.text();
            case IOException failure -> FileFailure.text(failure);
            default -> error.toString(); // nobody has foreseen it: its kind helps to find it
        };
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("aicortex: " + ControlCharacters.inOneLine(message));
    }
}
