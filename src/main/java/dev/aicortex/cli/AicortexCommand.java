package dev.aicortex.cli;

import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.refresh.Apply.NotAppliedException;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.Simulator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: {@code serve} unless another command is named.
 *
 * <p>For every command: UTF-8 whatever the locale, an error is one line on standard error, and the
 * exit status is 0 when it worked, 1 when it did not, 2 when the command line itself is wrong.
 */
@Command(
        name = "aicortex",
        description =
                "One endpoint over a fleet of Ollama servers. Serves unless a command is named.",
        mixinStandardHelpOptions = true,
        versionProvider = AicortexCommand.Version.class,
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            ListingCommands.Models.class,
            ListingCommands.Model.class,
            ListingCommands.Families.class,
            ListingCommands.Search.class,
            ListingCommands.Servers.class,
            TopCommand.class,
            HealthCommand.class,
            ExplainCommand.class,
            KeyCommand.class,
            UsageCommand.class,
            RefreshCommands.RefreshCommand.class,
            RefreshCommands.CheckCommand.class,
            RefreshCommands.FetchCommand.class,
            RefreshCommands.ResolveCommand.class,
            RefreshCommands.ApplyCommand.class,
            CatalogueCommand.class,
            ConfigCommand.class,
            AicortexCommand.Simulate.class,
            TrainCommand.class,
            UnpackCommand.class,
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
                .setParameterExceptionHandler((error, _) -> wrongUsage(error))
                .setExecutionExceptionHandler((error, command, _) -> failed(error, command));
    }

    private static PrintWriter utf8(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public Integer call() {
        return options.serve();
    }

    private static int wrongUsage(ParameterException error) {
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

    private static int failed(Exception error, CommandLine command) {
        String text =
                switch (error) {
                    case CommandException _, CortexException _, NotAppliedException _ ->
                            String.valueOf(error.getMessage());
                    case Lease.HeldException _ -> error.getMessage() + "; try again then";
                    case IOException failure -> CommandException.reason(failure);
                    default -> error.toString(); // unforeseen: its kind helps to find it
                };
        print(command, text);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("aicortex: " + Terminal.inOneLine(message));
    }

    /** The version that the jar's manifest names. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"aicortex " + (version == null ? "(from classes)" : version)};
        }
    }

    /** {@code aicortex simulate}; its options are the simulator's. */
    @Command(
            name = "simulate",
            description = "Runs simulated Ollama servers on loopback until it is stopped.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Simulate implements Callable<Integer> {
        @Mixin private final Callable<Integer> simulation = Simulator.load().command();

        @Override
        public Integer call() throws Exception {
            return simulation.call();
        }
    }
}
