package dev.aicortex.cli;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aicortex simulate}: simulated servers in a process of their own, to break at will. */
@Command(
        name = "simulate",
        description = "Runs simulated Ollama servers on loopback until it is stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class SimulateCommand implements Callable<Integer> {
    @Option(names = "--servers", paramLabel = "N", description = "How many servers (default: 3).")
    private int servers = 3;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The first one's port; the others follow (default: free ones).")
    private int port;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "A model that each holds; repeatable (default: llama3.2:3b).")
    private List<String> models = List.of("llama3.2:3b");

    @Option(
            names = "--tokens-per-second",
            paramLabel = "N",
            description = "How fast an answer comes; 0 = as fast as it goes (default: 40).")
    private double tokensPerSecond = 40;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "How many tokens an answer has (default: 60).")
    private int tokens = 60;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Requests that one server runs at once (default: 4).")
    private int parallel = 4;

    @Option(
            names = "--load-time",
            paramLabel = "TIME",
            description = "How long a model loads, as in 1s or 500ms (default: 1s).")
    private @Nullable String loadTime;

    @Override
    public Integer call() throws InterruptedException {
        List<Settings> all = IntStream.range(0, servers).mapToObj(this::settings).toList();
        Vertx vertx = Vertx.vertx();
        SimulatedFleet fleet = SimulatedFleet.start(vertx, all);
        fleet.urls().forEach(System.out::println);
        new CountDownLatch(1).await();
        return 0;
    }

    private Settings settings(int number) {
        return Settings.defaults()
                .withName("simulated-" + number)
                .withPort(port == 0 ? 0 : port + number)
                .withModels(models.stream().map(SimulatedModel::named).toList())
                .withTokensPerSecond(tokensPerSecond)
                .withTokensPerAnswer(tokens)
                .withParallel(parallel)
                .withLoadTime(loadTime == null ? Duration.ofSeconds(1) : duration(loadTime));
    }

    private static Duration duration(String text) {
        return io.quarkus.runtime.configuration.DurationConverter.parseDuration(text);
    }
}
