package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.observed.Typical;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server is blamed for when nothing shows whose fault it is. */
class ServerTest {
    private static final PromptBlocks ONE = new PromptBlocks(new long[] {1}, new int[] {9});
    private static final PromptBlocks OTHER = new PromptBlocks(new long[] {2}, new int[] {9});

    private final Server server = FleetFixtures.server(0);

    @Test
    void onePromptMayBeAtFaultAsOftenAsItComes() {
        assertThat(server.unfinished(ONE)).isFalse();
        assertThat(server.unfinished(ONE)).isFalse();
        assertThat(server.unfinished(OTHER)).isTrue();
    }

    @Test
    void aWholeAnswerIsForgiving() {
        server.unfinished(ONE);
        server.finished();
        assertThat(server.unfinished(OTHER)).isFalse();
    }

    @Test
    void promptsThatAreNotKnownAreNotKnownToDiffer() {
        for (int i = 0; i < 3; i++) {
            assertThat(server.unfinished(PromptBlocks.NONE)).isFalse();
        }
    }

    @Test
    void whoNamesModelsAtRandomFillsNoMemory() {
        Typical typical = new Typical();
        Server named = FleetFixtures.server(0, Clock.systemUTC(), typical);
        for (int i = 0; i < 10_000; i++) {
            named.holding("m" + i, 0, "", List.of());
        }
        Holding one = named.holding("one more", 0, "", List.of());
        assertThat(named.holding("one more", 0, "", List.of())).isNotSameAs(one);
        assertThat(typical.of("one more")).isNotSameAs(one.typical());
        assertThat(typical.of("m1")).isSameAs(named.holding("m1", 0, "", List.of()).typical());
    }
}
