package dev.aicortex.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.observed.Typical;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final Server server =
            FleetFixtures.server(
                    0, Clock.systemUTC(), new Typical(), Map.of("cortex.max-concurrent", "1"));

    private Condition of(Health health, boolean waking, boolean waitedFor) {
        return Condition.of(
                new ServerState(server, health, "", Map.of(), List.of()), waking, waitedFor);
    }

    private String up() {
        return of(new Health.Up(NOW), false, true).state();
    }

    @Test
    void saysWhyAServerDoesNotAnswer() {
        assertThat(of(new Health.Unknown(), false, false).state()).isEqualTo("unknown");
        assertThat(of(new Health.Down(NOW, "refused"), false, true))
                .isEqualTo(new Condition("down", "refused"));
        assertThat(of(new Health.Asleep(NOW, "no route"), false, true))
                .isEqualTo(new Condition("asleep", "no route"));
        assertThat(of(new Health.Asleep(NOW, "no route"), true, true).state()).isEqualTo("waking");
    }

    @Test
    void isWaitingOnlyWhereAllPlacesAreTakenAndSomebodyWaits() {
        assertThat(of(new Health.Up(NOW), false, true)).isEqualTo(new Condition("up", ""));
        server.reserveAnyway();
        assertThat(up()).isEqualTo("waiting");
        assertThat(of(new Health.Up(NOW), false, false).state()).isEqualTo("up");
    }

    @Test
    void tellsOfSeveralTheOneThatKeepsMostRequestsAway() {
        server.reserveAnyway();
        assertThat(server.rest().go(Rest.Stage.AWAKE, Rest.Stage.RETIRING)).isTrue();
        assertThat(up()).isEqualTo("asleep");
        assertThat(of(new Health.Up(NOW), true, true).state()).isEqualTo("waking");
        server.drain(true);
        assertThat(of(new Health.Up(NOW), true, true).reason()).endsWith("still running: 1");
        assertThat(of(new Health.Down(NOW, "refused"), false, true).state()).isEqualTo("down");
    }
}
