package dev.aicortex.simulator;

import dev.aicortex.simulator.Settings.CacheRule;
import dev.aicortex.simulator.SimulatedServer.Counters;
import io.quarkus.runtime.configuration.DurationConverter;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code aicortex simulate}: simulated servers in a process of their own, to break at will. */
final class SimulateOptions implements Callable<Integer> {
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

    @Option(
            names = "--prefill",
            paramLabel = "N",
            description =
                    "Tokens of a prompt that are evaluated in a second, but for those in a cache; 0 = at once (default: 0).")
    private double prefill;

    @Option(
            names = "--multiuser-cache",
            description =
                    "Caches as with OLLAMA_MULTIUSER_CACHE=1, before 0.30: for a new prompt the place that is longest unused.")
    private boolean multiuserCache;

    @Option(
            names = "--memory",
            paramLabel = "N",
            description =
                    "How many models fit in memory; one more pushes out another; 0 = all (default: 0).")
    private int memory;

    @Option(
            names = "--ollama-version",
            paramLabel = "VERSION",
            description =
                    "The version of Ollama that they say they have and behave as: those before 0.30 as 0.20, others as 0.33 (default: 0.33.0).")
    private String version = Settings.defaults().version();

    @Option(
            names = "--call",
            paramLabel = "TOOL=JSON",
            description =
                    "Answers a chat that offers this tool by a call of it with these arguments; else by one of the first that is offered.")
    private Map<String, String> call = Map.of();

    @Option(
            names = "--words-before-call",
            paramLabel = "N",
            description = "How many words are said before a call of a tool (default: 0).")
    private int wordsBeforeCall;

    @Option(
            names = "--thoughts",
            paramLabel = "N",
            description =
                    "How many tokens a model that can think does so before it answers (default: 0).")
    private int thoughts;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            description =
                    "What the first server does to each chat; one of ${COMPLETION-CANDIDATES}.")
    private @Nullable NamedFault fault;

    @Option(
            names = "--faulty",
            paramLabel = "N",
            description = "How many servers do so, the first ones (default: 1).")
    private int faulty = 1;

    @Option(
            names = "--after",
            paramLabel = "N",
            description = "Chunks of a stream that come well before the fault (default: 0).")
    private int after;

    @Option(
            names = "--lasts",
            paramLabel = "TIME",
            description = "How long a silence or a slow first byte lasts (default: 30s).")
    private @Nullable String lasts;

    @Option(
            names = "--status",
            paramLabel = "N",
            description = "The status of a page (default: 502).")
    private int status = 502;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        notNegative("--prefill", prefill);
        notNegative("--memory", memory);
        checkVersion();
        List<Settings> all = IntStream.range(0, servers).mapToObj(this::settings).toList();
        Vertx vertx = Vertx.vertx();
        SimulatedFleet fleet = SimulatedFleet.start(vertx, all);
        if (fault != null) {
            Duration time = lasts == null ? Duration.ofSeconds(30) : duration(lasts);
            Fault made = fault.fault(after, time, status);
            fleet.servers().stream().limit(faulty).forEach(server -> server.fault(made));
        }
        fleet.urls().forEach(System.out::println);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> sumUp(fleet)));
        new CountDownLatch(1).await();
        return 0;
    }

    private Settings settings(int number) {
        Settings all = Settings.defaults();
        for (Map.Entry<String, String> wanted : call.entrySet()) {
            all = all.withCall(wanted.getKey(), wanted.getValue());
        }
        return all.withVersion(version)
                .withWordsBeforeCall(wordsBeforeCall)
                .withThoughts(thoughts)
                .withName("simulated-" + number)
                .withPort(port == 0 ? 0 : port + number)
                .withModels(models.stream().map(SimulatedModel::named).toList())
                .withTokensPerSecond(tokensPerSecond)
                .withTokensPerAnswer(tokens)
                .withParallel(parallel)
                .withLoadTime(loadTime == null ? Duration.ofSeconds(1) : duration(loadTime))
                .withPrefill(prefill)
                .withCaches(multiuserCache ? CacheRule.MULTIUSER : CacheRule.LONGEST_PREFIX)
                .withMemory(memory);
    }

    private void notNegative(String option, double value) {
        if (value < 0) {
            String number = new BigDecimal(value).toPlainString();
            throw invalid(option, number + " is negative; 0 is for no limit");
        }
    }

    private void checkVersion() {
        Generation generation = generation();
        if (multiuserCache && generation == Generation.LLAMA_SERVER) {
            throw invalid(
                    "--multiuser-cache",
                    "Ollama %s does not have it; give an --ollama-version before 0.30"
                            .formatted(version));
        }
    }

    private Generation generation() {
        try {
            return Generation.of(version);
        } catch (IllegalArgumentException e) {
            throw invalid("--ollama-version", e.getMessage());
        }
    }

    private ParameterException invalid(String option, @Nullable String why) {
        return new ParameterException(
                command.commandLine(), "Invalid value for option '%s': %s".formatted(option, why));
    }

    /** When it is stopped, it says what each server has done. */
    private static void sumUp(SimulatedFleet fleet) {
        for (SimulatedServer server : fleet.servers()) {
            Counters done = server.counters();
            System.out.printf(
                    "%s answered=%d cancelled=%d loads=%d%n",
                    server.url(), done.completed(), done.cancelled(), done.loads());
        }
    }

    private static Duration duration(String text) {
        return DurationConverter.parseDuration(text);
    }
}
