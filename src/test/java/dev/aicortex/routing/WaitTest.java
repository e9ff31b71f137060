package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.Holding;
import dev.aicortex.fleet.Pool;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.StepClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients are told of their waits. */
class WaitTest {
    private static final ModelName MODEL = ModelName.of("qwen3:32b");

    private final StepClock clock = new StepClock();

    private ServerState state(String url, long modelBytes) {
        TagList.Tag tag = new TagList.Tag("q", "q", null, modelBytes, "d", null, null, null);
        return new ServerState(
                FleetFixtures.server(url, clock),
                new Health.Up(Instant.EPOCH),
                "",
                Map.of(MODEL, tag),
                List.of());
    }

    private Holding holding(ServerState state) {
        return Pool.of(MODEL, List.of(state)).holding(0);
    }

    private static String words(Wait wait, ServerState... fleet) {
        return wait.words("qwen3:32b", List.of(fleet));
    }

    @Test
    void aLoadIsToldWithWhatIsLeftOfIt() {
        ServerState there = state("http://gpu-b:11434", 12_000_000_000L);
        Holding holding = holding(there);
        holding.loading();
        Wait load = new Wait.Load(holding);
        assertThat(words(load, there)).isEqualTo("loading qwen3:32b on gpu-b, about 12 s");
        clock.step(5_400);
        assertThat(words(load, there)).isEqualTo("loading qwen3:32b on gpu-b, about 7 s");
        clock.step(6_400);
        assertThat(words(load, there)).isEqualTo("loading qwen3:32b on gpu-b, about 1 s");
    }

    @Test
    void aLongLoadIsToldInMinutes() {
        ServerState there = state("http://gpu-b:11434", 170_000_000_000L);
        assertThat(words(new Wait.Load(holding(there)), there)).endsWith(", about 3 min");
    }

    @Test
    void serversOnOneHostHaveTheirPorts() {
        ServerState first = state("http://gpu-b:11434", 1);
        ServerState second = state("http://user:secret@gpu-b:11435/ollama", 1);
        Wait wait = new Wait.Answer(second.server());
        assertThat(words(wait, first, second)).isEqualTo("waiting for gpu-b:11435 to begin");
        assertThat(words(wait, state("http://gpu-a:11434", 1), second))
                .isEqualTo("waiting for gpu-b to begin");
    }

    @ParameterizedTest
    @CsvSource({
        "0, first",
        "2, third",
        "9, tenth",
        "10, 11th",
        "12, 13th",
        "20, 21st",
        "21, 22nd",
        "22, 23rd",
        "23, 24th",
        "110, 111th"
    })
    void aPlaceInTheLineIsCounted(int ahead, String ordinal) {
        assertThat(words(new Wait.Place(ahead))).isEqualTo(ordinal + " in line");
    }
}
