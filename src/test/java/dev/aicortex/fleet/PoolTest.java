package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.observed.Typical;
import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import dev.aicortex.testing.StepClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which holders of a model have it in memory, whoever made that so. */
class PoolTest {
    private static final ModelName NAME = ModelName.of("m:1b");

    private final Typical typical = new Typical();
    private final List<ServerState> states =
            IntStream.range(0, 5)
                    .mapToObj(i -> state(FleetFixtures.server(i, new StepClock(), typical)))
                    .toList();
    private final Pool pool = Pool.of(NAME, states);

    private static ServerState state(Server server) {
        TagList.Tag tag = new TagList.Tag("m:1b", "m:1b", null, 1, "d", null, null, null);
        return new ServerState(
                server, new Health.Up(Instant.EPOCH), "", Map.of(NAME, tag), List.of());
    }

    private Job ask(int server) {
        return FleetFixtures.started(
                states.get(server).server(), pool.holding(server), PromptBlocks.NONE);
    }

    private void probe(int server, RunningModel... running) {
        FleetFixtures.listed(states.get(server).server(), Set.of("d"), List.of(running));
    }

    private static RunningModel running() {
        return new RunningModel("x", "x", 100, "d", null, null, 100, null);
    }

    @Test
    void noneAtFirst() {
        assertThat(pool.warm()).isEmpty();
    }

    @Test
    void aServerThatAProbeSawItOnUntilOneSeesItNoMore() {
        probe(3, running());
        probe(1, running());
        assertThat(pool.warm()).containsExactly(1, 3);
        probe(3);
        assertThat(pool.warm()).containsExactly(1);
    }

    @Test
    void aServerThatLoadsItForARequestUntilTheRequestFails() {
        Job job = ask(2);
        assertThat(pool.warm()).containsExactly(2);
        job.end();
        assertThat(pool.warm()).isEmpty();
    }

    @Test
    void aServerThatHasAnswered() {
        Job job = ask(2);
        job.answers(true);
        job.end();
        assertThat(pool.warm()).containsExactly(2);
    }

    @Test
    void aPoolThatWasMadeBeforeSeesWhatHappensLater() {
        Pool later = Pool.of(NAME, states);
        probe(4, running());
        assertThat(pool.warm()).containsExactly(4);
        assertThat(later.warm()).containsExactly(4);
    }

    @Test
    void nothingIsLookedUpAnewWhileNothingTurns() {
        probe(4, running());
        int[] first = pool.warm();
        probe(4, running());
        assertThat(pool.warm()).isSameAs(first);
    }

    @Test
    void noTurnIsMissedWhereServersTurnWhileOthersLook() throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads =
                IntStream.range(0, 4)
                        .mapToObj(server -> Thread.ofPlatform().start(() -> turn(server, begin)))
                        .toList();
        begin.countDown();
        while (threads.stream().anyMatch(Thread::isAlive)) {
            pool.warm();
        }
        assertThat(pool.warm()).containsExactly(0, 2);
    }

    private void turn(int server, CountDownLatch begin) {
        try {
            begin.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < 2_000; i++) {
            probe(server, running());
            probe(server);
            ask(server).end();
        }
        if (server % 2 == 0) {
            probe(server, running());
        }
    }

    @Test
    void aServerThatWasGivenThePromptIsRemembered() {
        int[] found = new int[8];
        PromptBlocks prompt = FleetFixtures.prompt("sab");
        assertThat(pool.knowing(prompt, found)).isZero();
        FleetFixtures.started(states.get(3).server(), pool.holding(3), prompt).end();
        assertThat(pool.knowing(FleetFixtures.prompt("sabc"), found)).isEqualTo(1);
        assertThat(found[0]).isEqualTo(3);
    }
}
