package dev.aicortex.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex serve}. */
@Command(
        name = "serve",
        description = "Starts the gateway.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ServeCommand implements Callable<Integer> {
    @Mixin private final ServeOptions options = new ServeOptions();

    @Override
    public Integer call() {
        return options.serve();
    }
}
