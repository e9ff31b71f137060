package dev.aicortex.benchmarks;

import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.model.ModelName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

/** Finds models among 100,000 by what clients send, each time another one of 4,096. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookUpBenchmark {
    private static final int FAMILIES = 1_000;
    private static final int MODELS = 100;

    /** A power of two: as many as the clients of a large fleet may ask for, scattered. */
    private static final int REQUESTS = 1 << 12;

    private static final String LATEST = ":latest";

    /** How the client spells a name. */
    public enum Spelling {
        CANONICAL,
        CAPITALS,
        REGISTRY,
        UNTAGGED,
        UNKNOWN;

        String of(String name) {
            return switch (this) {
                case CANONICAL -> String.valueOf(name.toCharArray()); // a string of its own
                case CAPITALS -> name.toUpperCase(Locale.ROOT);
                case REGISTRY -> "registry.ollama.ai/library/" + name;
                case UNTAGGED -> name.replace(LATEST, "");
                case UNKNOWN -> name + "-of-nobody";
            };
        }
    }

    @Param private Spelling spelling = Spelling.CANONICAL;

    private Catalogue catalogue = Catalogue.of("", List.of(), List.of());
    private String[] requests = {};
    private int next;

    /** The catalogue, and what will be asked of it. */
    @Setup
    public void load() {
        catalogue =
                Catalogue.of(
                        "00000001",
                        Shipped.families(),
                        LargeCatalogue.families(FAMILIES, MODELS, 1));
        List<String> names =
                catalogue.families().stream()
                        .flatMap(family -> family.models().stream())
                        .map(Model::name)
                        .filter(name -> spelling != Spelling.UNTAGGED || name.endsWith(LATEST))
                        .toList();
        requests = new String[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            // A prime stride visits the names in no order that memory has them in.
            String name = names.get((int) (i * 7_919L % names.size()));
            requests[i] = spelling.of(name);
        }
    }

    /** One look-up. */
    @Benchmark
    public Optional<Model> lookUp() {
        next = (next + 1) & (REQUESTS - 1);
        return catalogue.model(ModelName.of(requests[next]));
    }
}
