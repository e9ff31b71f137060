package dev.aicortex.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.keys.Buckets.Draw;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalBucketsTest {
    /** So large that a minute's gain is nothing in the time of a test. */
    private static final Draw REQUESTS = new Draw("rpm", false, 100, 1);

    private final LocalBuckets buckets = new LocalBuckets();

    private static Draw tokens(long cost) {
        return new Draw("tpm", false, 1_000, cost);
    }

    @Test
    void neverGivesMoreThanThereIsToManyAtOnce() {
        AtomicInteger granted = new AtomicInteger();
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                many.execute(() -> {
                    if (buckets.taken(List.of(new Draw("few", false, 5, 1))).granted()) {
                        granted.incrementAndGet();
                    }
                });
            }
        }
        assertThat(granted).hasValue(5);
    }

    @Test
    void takesAllOrNothing() {
        assertThat(buckets.taken(List.of(REQUESTS, tokens(900))).granted()).isTrue();
        Buckets.Drawn refused = buckets.taken(List.of(REQUESTS, tokens(900)));
        assertThat(refused.refused()).isEqualTo(1);
        assertThat(buckets.taken(List.of(REQUESTS, tokens(10))).left().getFirst()).isEqualTo(98);
    }

    @Test
    void lendsWhatWasUsedBeyondAndTakesBackWhatWasNot() {
        buckets.taken(List.of(tokens(500)));
        buckets.correct(List.of(tokens(-400)));
        assertThat(buckets.taken(List.of(tokens(899))).granted()).isTrue();
        buckets.correct(List.of(tokens(5_000)));
        Buckets.Drawn owing = buckets.taken(List.of(tokens(1)));
        assertThat(owing.granted()).isFalse();
        assertThat(owing.left().getFirst()).isLessThan(-4_000);
    }

    @Test
    void tellsWhatIsLeftAndTakesNothing() {
        Draw look = tokens(0);
        assertThat(buckets.taken(List.of(look)).left()).containsExactly(1_000L);
        buckets.taken(List.of(REQUESTS, tokens(900)));
        for (int i = 0; i < 3; i++) {
            Buckets.Drawn seen = buckets.taken(List.of(REQUESTS.costing(0), look));
            assertThat(seen.granted()).isTrue();
            assertThat(seen.left().getFirst()).isEqualTo(99);
            assertThat(seen.left().getLast()).isBetween(100L, 200L);
        }
        buckets.correct(List.of(tokens(5_000)));
        assertThat(buckets.taken(List.of(look)).left().getFirst()).isNegative();
    }

    @Test
    void takesAnotherCapacityFromThenOn() {
        buckets.taken(List.of(new Draw("rpm", false, 10, 10)));
        assertThat(buckets.taken(List.of(new Draw("rpm", false, 5, 1))).granted()).isFalse();
        assertThat(buckets.taken(List.of(new Draw("other", false, 5, 5))).granted()).isTrue();
    }

    @Test
    void forgetsUsersBeforeThereAreTooMany() {
        for (int i = 0; i < 30_000; i++) {
            buckets.taken(List.of(new Draw("user" + i, true, 1, 1)));
        }
        assertThat(buckets.taken(List.of(new Draw("user0", true, 1, 1))).granted()).isTrue();
        assertThat(buckets.taken(List.of(new Draw("user29999", true, 1, 1))).granted()).isFalse();
    }
}
