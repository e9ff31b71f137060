package dev.aicortex.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program: {@code serve} unless another command is named. */
@Command(
        name = "aicortex",
        description =
                "One endpoint over a fleet of Ollama servers. Serves unless a command is named.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            ChatCommand.class,
            ModelsCommand.class,
            ModelCommand.class,
            FamiliesCommand.class,
            SearchCommand.class,
            ServersCommand.class,
            HealthCommand.class,
            ExplainCommand.class,
            RefreshCommand.class,
            CheckCommand.class,
            FetchCommand.class,
            ResolveCommand.class,
            ApplyCommand.class,
            CatalogueCommand.class,
            SimulateCommand.class,
            TrainCommand.class,
            CommandLine.HelpCommand.class
        })
public final class AicortexCommand implements Callable<Integer> {
    @Mixin private final ServeOptions options = new ServeOptions();

    private AicortexCommand() {}

    /** The command line with its error conventions. */
    public static CommandLine commandLine() {
        return Conventions.on(new CommandLine(new AicortexCommand()));
    }

    @Override
    public Integer call() {
        return options.serve();
    }
}
