package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class LatenessTest {
    private static Lateness learned(double... all) {
        Lateness lateness = Lateness.UNKNOWN;
        for (double late : all) {
            lateness = lateness.learned(late);
        }
        return lateness;
    }

    @Test
    void nothingIsUsualBeforeTwentyCame() {
        Lateness few = learned(new double[19]);
        assertThat(few.usual()).isEmpty();
        assertThat(few.learned(0).usual()).hasValue(0);
    }

    @Test
    void oneInTwentyIsLater() {
        double[] all = new double[100];
        for (int i = 0; i < all.length; i++) {
            all[i] = (i * 37 % 100) - 50;
        }
        assertThat(learned(all).usual()).hasValue(44);
    }

    @Test
    void theOldestAreForgotten() {
        Lateness lateness = Lateness.UNKNOWN;
        for (int i = 0; i < 100; i++) {
            lateness = lateness.learned(1_000);
        }
        for (int i = 0; i < 94; i++) {
            lateness = lateness.learned(10);
        }
        assertThat(lateness.usual()).hasValue(1_000);
        assertThat(lateness.learned(10).usual()).hasValue(10);
    }

    @Test
    void ofRandomOnesItIsCloseToTheTruth() {
        long seed = 7;
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Lateness lateness = Lateness.UNKNOWN;
        double sum = 0;
        for (int i = 0; i < 10_000; i++) {
            lateness = lateness.learned(random.nextDouble(1_000));
            sum += i >= 100 ? lateness.usual().orElseThrow() : 0;
        }
        assertThat(sum / 9_900).as("seed %d", seed).isBetween(930.0, 960.0);
    }
}
