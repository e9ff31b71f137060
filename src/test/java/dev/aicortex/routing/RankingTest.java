package dev.aicortex.routing;

import static dev.aicortex.testing.Servers.candidate;
import static dev.aicortex.testing.Servers.down;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.Candidate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static int chosen(Candidate... candidates) {
        return Ranking.next(List.of(candidates), List.of())
                .map(candidate -> candidate.server().position())
                .orElse(-1);
    }

    @Test
    void prefersTheFewestRequestsInFlight() {
        assertThat(chosen(candidate(0, 2), candidate(1, 1), candidate(2, 3))).isEqualTo(1);
    }

    @Test
    void breaksTiesByTheConfiguredOrder() {
        assertThat(chosen(candidate(2, 1), candidate(0, 1), candidate(1, 1))).isEqualTo(0);
    }

    @Test
    void asksAServerThatFailedLatelyOnlyAfterAllOthers() {
        Candidate doubtful = candidate(0, 0, true, Duration.ZERO);
        assertThat(chosen(doubtful, candidate(1, 9))).isEqualTo(1);
        assertThat(chosen(doubtful)).isEqualTo(0);
    }

    @Test
    void leavesOutServersThatAreDownOrWhoseBreakerIsOpen() {
        Candidate open = candidate(1, 0, false, Duration.ofSeconds(3));
        assertThat(chosen(down(0, "connection refused"), open)).isEqualTo(-1);
    }

    @Test
    void neverAsksTheSameServerTwice() {
        Candidate first = candidate(0, 0);
        assertThat(Ranking.next(List.of(first), List.of(first.server()))).isEmpty();
    }
}
