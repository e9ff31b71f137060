package dev.aicortex.catalogue.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Disk;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Lease;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.Shipped;
import dev.aicortex.catalogue.Volume;
import dev.aicortex.model.ModelName;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every catalogue and every fleet; a failing seed is in the test's name. */
class PipelinePropertiesTest {
    private static final List<Family> SHIPPED =
            Shipped.families().stream()
                    .filter(family -> List.of("llama", "qwen", "gemma").contains(family.name()))
                    .toList();
    private static final List<String> NAMES =
            List.of(
                    "llama3.2:3b",
                    "LLAMA3.2:3B",
                    "registry.ollama.ai/library/llama3.2:3b",
                    "qwen3:8b",
                    "gemma3",
                    "gemma3:latest",
                    "mystery:7b",
                    "hf.co/u/my-mistral:Q4",
                    "nomic-embed-text");

    @TempDir Path dir;

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    /** A catalogue and what a fleet tells, both made up. */
    private record Made(List<Family> volume, List<FetchedServer> fetched) {
        static Made of(long seed) {
            Random random = new Random(seed);
            List<FetchedServer> fetched = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                fetched.add(server(random, "http://s%d:1".formatted(i)));
            }
            return new Made(volume(random), fetched);
        }

        private static FetchedServer server(Random random, String url) {
            return random.nextInt(4) == 0
                    ? Fetches.down(url)
                    : Fetches.up(
                            url,
                            pick(random).stream()
                                    .map(name -> Fetches.model(name, "d" + random.nextInt(3)))
                                    .toArray(FetchedModel[]::new));
        }

        private static List<String> pick(Random random) {
            return NAMES.stream().filter(_ -> random.nextBoolean()).toList();
        }

        private static List<Family> volume(Random random) {
            Map<String, List<Model>> families = new TreeMap<>();
            Map<ModelName, Boolean> taken = new HashMap<>();
            for (String name : pick(random)) {
                String family = random.nextBoolean() ? "llama" : "own";
                if (taken.putIfAbsent(ModelName.of(name), true) == null) {
                    families.computeIfAbsent(family, _ -> new ArrayList<>())
                            .add(model(random, name, family));
                }
            }
            List<Family> volume = new ArrayList<>();
            families.forEach((name, models) -> {
                models.sort(Model.BY_NAME);
                volume.add(new Family(name, models, extra(random)));
            });
            return volume;
        }

        private static Model model(Random random, String name, String family) {
            List<ModelServer> servers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                if (random.nextInt(3) == 0) {
                    ModelServer server = ModelServer.unknown("http://s%d:1".formatted(i));
                    servers.add(server.seen("d" + random.nextInt(3), "2026-01-01"));
                }
            }
            String words = random.nextBoolean() ? "by hand " + random.nextInt(9) : "";
            List<String> tags = random.nextBoolean() ? List.of("mine") : List.of();
            return new Model(name, family, Facts.NONE, words, tags, servers, extra(random));
        }

        private static Map<String, JsonNode> extra(Random random) {
            return random.nextInt(3) == 0 ? Map.of("rank", IntNode.valueOf(3)) : Map.of();
        }

        List<Family> resolved() {
            return resolve(volume, fetched);
        }
    }

    private static List<Family> resolve(List<Family> volume, List<FetchedServer> fetched) {
        return Resolve.run(Catalogue.of("1", SHIPPED, volume), "v", fetched).families();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void resolvingTwiceChangesNothingMore(long seed) {
        Made made = Made.of(seed);
        List<Family> once = made.resolved();
        assertThat(resolve(once, made.fetched())).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theOrderOfTheServersAndOfTheirModelsDoesNotMatter(long seed) {
        Made made = Made.of(seed);
        List<FetchedServer> shuffled = new ArrayList<>();
        Random random = new Random(~seed);
        for (FetchedServer server : made.fetched()) {
            List<FetchedModel> models = new ArrayList<>(server.models());
            Collections.shuffle(models, random);
            shuffled.add(
                    new FetchedServer(
                            server.url(), server.status(), server.reason(), server.day(), models));
        }
        Collections.shuffle(shuffled, random);
        assertThat(resolve(made.volume(), shuffled)).isEqualTo(made.resolved());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingThatAPersonWroteIsLost(long seed) {
        Made made = Made.of(seed);
        Catalogue after = Catalogue.of("2", SHIPPED, made.resolved());
        for (Family family : made.volume()) {
            assertThat(
                            family.extra().isEmpty()
                                    || after.family(family.name())
                                            .orElseThrow()
                                            .extra()
                                            .equals(family.extra()))
                    .isTrue();
            for (Model model : family.models()) {
                boolean wrote =
                        !model.description().isEmpty()
                                || !model.tags().isEmpty()
                                || !model.extra().isEmpty();
                if (wrote) {
                    Model now = after.model(model.key()).orElseThrow();
                    assertThat(now.family()).isEqualTo(model.family());
                    assertThat(now.extra()).isEqualTo(model.extra());
                    if (!model.description().isEmpty()) {
                        assertThat(now.description()).isEqualTo(model.description());
                    }
                    if (!model.tags().isEmpty()) {
                        assertThat(now.tags()).isEqualTo(model.tags());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyServerThatToldOfAModelIsItsServer(long seed) {
        Made made = Made.of(seed);
        Catalogue after = Catalogue.of("2", List.of(), made.resolved());
        for (FetchedServer server : made.fetched()) {
            for (FetchedModel told : server.models()) {
                Model model = after.model(ModelName.of(told.name())).orElseThrow();
                assertThat(model.servers()).extracting(ModelServer::url).contains(server.url());
            }
        }
    }

    /** Fewer: each waits for the disk. */
    static LongStream fewSeeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("fewSeeds")
    void whatIsAppliedIsLoadedAsItWas(long seed) throws Exception {
        Volume volume = new Volume(dir);
        List<Family> families = Made.of(seed).resolved();
        Apply.Options options = new Apply.Options(false, false, 1, 3);
        try (Lease lease = Lease.take(volume, "test", Clock.systemUTC())) {
            Resolution resolution = new Resolution(volume.version(), families, List.of());
            new Apply(volume, new Disk(), options, Clock.systemUTC()).run(resolution, lease);
        }
        assertThat(volume.read().families()).isEqualTo(families);
        assertThat(volume.read().malformed()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theStepsSpeakTheSameInLinesOfJson(long seed) {
        Made made = Made.of(seed);
        List<String> lines = made.fetched().stream().map(JsonLines::line).toList();
        assertThat(JsonLines.read(lines, FetchedServer.class)).isEqualTo(made.fetched());
        Resolution resolution = new Resolution("v", made.resolved(), List.of("a warning"));
        assertThat(JsonLines.resolution(JsonLines.lines(resolution).toList()))
                .isEqualTo(resolution);
    }
}
