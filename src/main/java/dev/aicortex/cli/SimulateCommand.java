package dev.aicortex.cli;

import dev.aicortex.model.Simulator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aicortex simulate}; its options are the simulator's. */
@Command(
        name = "simulate",
        description = "Runs simulated Ollama servers on loopback until it is stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class SimulateCommand implements Callable<Integer> {
    @Mixin private final Callable<Integer> simulation = Simulator.load().command();

    @Override
    public Integer call() throws Exception {
        return simulation.call();
    }
}
