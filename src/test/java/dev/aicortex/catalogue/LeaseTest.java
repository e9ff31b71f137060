package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.testing.StepClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One changes the volume at a time. */
class LeaseTest {
    private static final int CONTENDERS = 8;
    private static final int ROUNDS = 10;

    @TempDir Path dir;
    @TempDir Path scratch;

    private final StepClock clock = new StepClock();
    private Volume volume;

    @BeforeEach
    void name() {
        volume = new Volume(dir);
        clock.at(Instant.parse("2026-11-22T12:00:00Z").toEpochMilli());
    }

    private Lease take(String holder) throws Exception {
        return Lease.take(volume, holder, clock);
    }

    @Nested
    class WhileItLasts {
        @Test
        void anotherIsToldWhoHasItAndUntilWhen() throws Exception {
            try (Lease _ = take("process 1 on gpu-a")) {
                assertThatThrownBy(() -> take("process 2 on gpu-b"))
                        .isInstanceOf(Lease.HeldException.class)
                        .hasMessage(
                                "the catalogue is being changed by process 1 on gpu-a, until"
                                        + " 2026-11-22T12:01:00Z at the latest");
            }
        }

        @Test
        void itsHolderExtendsIt() throws Exception {
            try (Lease lease = take("a")) {
                clock.step(Lease.TERM.toMillis() - 1_000);
                lease.renew();
                clock.step(Lease.TERM.toMillis() - 1_000);
                assertThatThrownBy(() -> take("b")).isInstanceOf(Lease.HeldException.class);
            }
        }

        @Test
        void itIsFreeOnceItsHolderGivesItBack() throws Exception {
            take("a").close();
            take("b").close();
            assertThat(dir.resolve(".lease")).doesNotExist();
        }
    }

    @Nested
    class WhenItHasEnded {
        private Lease former;

        @BeforeEach
        void end() throws Exception {
            former = take("former");
            clock.step(Lease.TERM.toMillis());
        }

        @Test
        void anotherSucceedsTheHolder() throws Exception {
            take("b").close();
        }

        @Test
        void theHolderGoesOnIfNobodyElseCame() throws Exception {
            former.renew();
            assertThatThrownBy(() -> take("b")).isInstanceOf(Lease.HeldException.class);
        }

        @Test
        void theFormerHolderCannotGoOnBesideAnother() throws Exception {
            try (Lease _ = take("b")) {
                assertThatThrownBy(() -> former.renew())
                        .isInstanceOf(Lease.HeldException.class)
                        .hasMessageContaining("by b,");
            }
        }

        @Test
        void norAfterAnotherHasHadIt() throws Exception {
            take("b").close();
            assertThatThrownBy(() -> former.renew())
                    .isInstanceOf(Lease.HeldException.class)
                    .hasMessageContaining("ran out meanwhile");
        }

        @Test
        void theFormerHolderDoesNotGiveBackWhatIsNotItsOwn() throws Exception {
            try (Lease lease = take("b")) {
                former.close();
                assertThatThrownBy(() -> take("c")).isInstanceOf(Lease.HeldException.class);
                lease.renew();
            }
        }
    }

    @Test
    void aFileThatCannotBeReadIsNobodys() throws Exception {
        for (String text : List.of("", "{", "{}", "{\"holder\":\"a\",\"until\":\"soon\"}")) {
            Files.writeString(dir.resolve(".lease"), text);
            take("b").close();
        }
    }

    @Test
    void ofManyThreadsAtOnceExactlyOneGetsIt() throws Exception {
        CyclicBarrier together = new CyclicBarrier(CONTENDERS);
        try (ExecutorService threads = Executors.newFixedThreadPool(CONTENDERS)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Future<Boolean>> contenders = new ArrayList<>();
                for (int i = 0; i < CONTENDERS; i++) {
                    String holder = "thread " + i;
                    contenders.add(threads.submit(() -> gets(holder, together)));
                }
                int winners = 0;
                for (Future<Boolean> contender : contenders) {
                    winners += contender.get() ? 1 : 0;
                }
                assertThat(winners).isOne();
                clock.step(Lease.TERM.toMillis());
            }
        }
    }

    private boolean gets(String holder, CyclicBarrier together) throws Exception {
        together.await();
        try {
            take(holder);
            return true;
        } catch (Lease.HeldException _) {
            return false;
        }
    }

    @Test
    void ofTwoProcessesAtOnceExactlyOneGetsIt() throws Exception {
        DoomedProcess.Starter starter = DoomedProcess.Starter.rehearsed(scratch, dir);
        try (DoomedProcess a = starter.start(0);
                DoomedProcess b = starter.start(0)) {
            for (int round = 0; round < ROUNDS; round++) {
                a.order("apply " + round);
                b.order("apply " + round);
                String first = a.answer();
                String second = b.answer();
                assertThat(List.of(first, second)).containsOnlyOnce(DoomedWriter.REFUSED);
                (first.equals(DoomedWriter.REFUSED) ? b : a).finish();
            }
        }
    }
}
