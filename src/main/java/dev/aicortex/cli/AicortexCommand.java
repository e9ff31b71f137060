package dev.aicortex.cli;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.model.CortexException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: {@code serve} unless another command is named.
 *
 * <p>What holds for every command: UTF-8 whatever the locale, an error is one line on standard
 * error, and the exit status is 0 when it worked, 1 when it did not, 2 when the command line is
 * wrong whatever the files and servers are that it names.
 */
@Command(
        name = "aicortex",
        description =
                "One endpoint over a fleet of Ollama servers. Serves unless a command is named.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            ListingCommands.Models.class,
            ListingCommands.Model.class,
            ListingCommands.Families.class,
            ListingCommands.Search.class,
            ListingCommands.Servers.class,
            HealthCommand.class,
            ExplainCommand.class,
            RefreshCommands.RefreshCommand.class,
            RefreshCommands.CheckCommand.class,
            RefreshCommands.FetchCommand.class,
            RefreshCommands.ResolveCommand.class,
            RefreshCommands.ApplyCommand.class,
            CatalogueCommand.class,
            SimulateCommand.class,
            TrainCommand.class,
            CommandLine.HelpCommand.class
        })
public final class AicortexCommand implements Callable<Integer> {
    @Mixin private final ServeCommand.Options options = new ServeCommand.Options();

    private AicortexCommand() {}

    public static CommandLine commandLine() {
        return new CommandLine(new AicortexCommand())
                .setOut(utf8(System.out))
                .setErr(utf8(System.err))
                .setExpandAtFiles(false) // a prompt may begin with @
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(AicortexCommand::wrongUsage)
                .setExecutionExceptionHandler(AicortexCommand::failed);
    }

    @Override
    public Integer call() {
        return options.serve();
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
            case Lease.HeldException _ -> error.getMessage() + "; try again then";
            case NotAppliedException _ -> String.valueOf(error.getMessage());
            case IOException failure -> CommandException.reason(failure);
            default -> error.toString(); // nobody has foreseen it: its kind helps to find it
        };
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("aicortex: " + Terminal.inOneLine(message));
    }
}
