package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static Allowance after(int requests) {
        Allowance allowance = Allowance.NONE;
        for (int i = 0; i < requests; i++) {
            allowance = allowance.afterRequest();
        }
        return allowance;
    }

    @Test
    void twentyRequestsEarnOne() {
        assertThat(after(19).suffices()).isFalse();
        assertThat(after(21).suffices()).isTrue();
        assertThat(after(21).spent().suffices()).isFalse();
    }

    @Test
    void noMoreThanOneInTwentyIsEverAdded() {
        Allowance allowance = Allowance.NONE;
        int added = 0;
        for (int requests = 1; requests <= 10_000; requests++) {
            allowance = allowance.afterRequest();
            if (allowance.suffices()) {
                allowance = allowance.spent();
                added++;
            }
            assertThat(added).isLessThanOrEqualTo(requests / 20 + 1);
        }
        assertThat(added).isBetween(499, 500);
    }

    @Test
    void whatIsNotSpentIsNotKeptForABurst() {
        Allowance allowance = after(100_000);
        int burst = 0;
        while (allowance.suffices()) {
            allowance = allowance.spent();
            burst++;
        }
        assertThat(burst).isEqualTo(5);
    }
}
