package dev.aicortex.routing;

import dev.aicortex.fleet.Candidate;
import dev.aicortex.fleet.Server;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which server is asked next. */
public final class Ranking {
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparing(Candidate::doubtful)
                    .thenComparingInt(Candidate::inFlight)
                    .thenComparingInt(candidate -> candidate.server().position());

    private Ranking() {}

    /**
     * The best of the candidates that may be asked: one that has not failed lately before one that
     * has, then the fewest requests in flight, then the configured order.
     *
     * @param tried servers that this request has been to
     */
    public static Optional<Candidate> next(List<Candidate> candidates, Collection<Server> tried) {
        Candidate best = null;
        for (Candidate candidate : candidates) {
            boolean eligible = candidate.open() && !tried.contains(candidate.server());
            if (eligible && (best == null || BEST_FIRST.compare(candidate, best) < 0)) {
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }
}
