package dev.aicortex.testing;

import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.FleetFixtures;
import dev.aicortex.fleet.Health;
import dev.aicortex.fleet.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Candidates made by hand, for tests of decisions. */
public final class Servers {
    private Servers() {}

    /** A healthy candidate at {@code position}, named {@code http://server-N:11434}. */
    public static Candidate candidate(int position, int inFlight) {
        return candidate(position, inFlight, false, Duration.ZERO);
    }

    public static Candidate candidate(
            int position, int inFlight, boolean doubtful, Duration breakerWait) {
        return new Candidate(
                state(position, new Health.Up(Instant.EPOCH)), inFlight, doubtful, breakerWait);
    }

    public static Candidate down(int position, String reason) {
        Health health = new Health.Down(Instant.EPOCH, reason);
        return new Candidate(state(position, health), 0, false, Duration.ZERO);
    }

    private static ServerState state(int position, Health health) {
        return new ServerState(
                FleetFixtures.server(position), health, "0.20.0", Map.of(), List.of());
    }
}
