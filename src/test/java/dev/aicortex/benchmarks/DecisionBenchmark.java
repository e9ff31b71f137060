package dev.aicortex.benchmarks;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.FleetSnapshot;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Job;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.fleet.Server;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.routing.Ask;
import dev.aicortex.routing.Ranking;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One choice of a server: every server holds every one of 200 models and has two of them in memory,
 * with four prompts in the caches of each. The models of the requests take turns: all 200 where the
 * servers have different ones in memory, else the two that all of them have.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecisionBenchmark {
    private static final int MODELS = 200;
    private static final int PLACES = 4;
    private static final int BLOCKS = 12;

    @Param({"8", "200", "2000"})
    private int servers;

    @Param({"different", "same"})
    private String inMemory = "different";

    @Param private Policy policy = Policy.EXPECTED_FIRST_TOKEN;

    private final Clock clock = Clock.systemUTC();
    private FleetSnapshot snapshot = FleetFixtures.snapshot(List.of());
    private ModelName[] names = {};
    private Ask ask = Ask.of(Policy.EXPECTED_FIRST_TOKEN);
    private int[] asked = {};
    private int next;

    @Setup
    public void fill() {
        Map<ModelName, TagList.Tag> tags = new LinkedHashMap<>();
        for (int i = 0; i < MODELS; i++) {
            String name = "m" + i + ":8b";
            tags.put(
                    ModelName.of(name),
                    new TagList.Tag(name, name, null, 5_000_000_000L, "d" + i, null, null, null));
        }
        names = tags.keySet().toArray(ModelName[]::new);
        Typical typical = new Typical();
        List<ServerState> states = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            Server server =
                    FleetFixtures.server(
                            i, clock, typical, Map.of("cortex.routing.parallel", "" + PLACES));
            states.add(new ServerState(server, new Health.Up(Instant.EPOCH), "", tags, running(i)));
        }
        snapshot = FleetFixtures.snapshot(states);
        states.forEach(this::warm);
        asked = inMemory.equals("same") ? warm(0) : IntStream.range(0, MODELS).toArray();
        ask = new Ask(policy, prompt(7), false, 0, 3);
    }

    private List<RunningModel> running(int server) {
        return Arrays.stream(warm(server)).mapToObj(model -> running("d" + model, 0)).toList();
    }

    private int[] warm(int server) {
        int first = inMemory.equals("same") ? 0 : server % MODELS;
        return new int[] {first, (first + 7) % MODELS};
    }

    private static RunningModel running(String digest, long vram) {
        return new RunningModel(digest, digest, 0, digest, null, null, vram, null);
    }

    private void warm(ServerState state) {
        for (int model : warm(state.server().position())) {
            Holding holding = state.holding(names[model]);
            for (int i = 0; i < PLACES; i++) {
                Job job = FleetFixtures.started(state.server(), holding, prompt(i));
                job.answers(true);
                job.complete(new Job.Told(1_000_000, 900_000_000, 1_000_000_000), true);
            }
        }
    }

    private static PromptBlocks prompt(long seed) {
        return new PromptBlocks(
                LongStream.range(0, BLOCKS).map(i -> i < 2 ? i : i * 31 + seed).toArray(),
                IntStream.rangeClosed(1, BLOCKS).map(i -> i * 1_000).toArray());
    }

    @Benchmark
    public int decision() {
        next = next + 1 == asked.length ? 0 : next + 1;
        Pool pool = snapshot.pool(names[asked[next]]);
        return Ranking.best(pool, ask, List.of(), clock.millis());
    }
}
