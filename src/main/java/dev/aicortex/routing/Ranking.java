package dev.aicortex.routing;

import dev.aicortex.config.Policy;
import dev.aicortex.fleet.Candidates;
import dev.aicortex.fleet.Facts;
import dev.aicortex.fleet.Server;
import java.util.Collection;

/** Which server is asked next. */
public final class Ranking {
    /** There is none. */
    public static final int NONE = -1;

    private Ranking() {}

    /**
     * The best of the candidates that may be asked: one that has not failed lately before one that
     * has, one that is not crowded before one that is, then by the policy; of equals the one with
     * the fewest requests in flight, then the one that the request's key belongs to, then the
     * configured order.
     *
     * @param tried servers that this request has been to
     * @param nowMillis of the servers' clock
     * @return its number, or {@link #NONE}
     */
    public static int best(
            Candidates candidates, Ask ask, Collection<Server> tried, long nowMillis) {
        int size = candidates.size();
        int most = mostInFlight(candidates, ask, nowMillis);
        int best = NONE;
        int bestTier = 0;
        double bestScore = 0;
        int bestInFlight = 0;
        long bestTie = 0;
        for (int i = 0; i < size; i++) {
            Facts facts = candidates.facts(i, ask.prompt(), nowMillis);
            if (!facts.open() || (!tried.isEmpty() && tried.contains(candidates.server(i)))) {
                continue;
            }
            int tier = Tier.of(facts, most);
            double score = Score.of(ask, facts, i, size);
            long tie = tie(ask, facts);
            if (best == NONE
                    || better(
                            tier - bestTier,
                            Double.compare(score, bestScore),
                            facts.inFlight() - bestInFlight,
                            Long.compare(tie, bestTie))) {
                best = i;
                bestTier = tier;
                bestScore = score;
                bestInFlight = facts.inFlight();
                bestTie = tie;
            }
        }
        return best;
    }

    private static boolean better(int tier, int score, int inFlight, int tie) {
        if (tier != 0) {
            return tier < 0;
        }
        if (score != 0) {
            return score < 0;
        }
        return inFlight != 0 ? inFlight < 0 : tie < 0;
    }

    /** Of equals: the one that attracts the key most, or the first in the configured order. */
    private static long tie(Ask ask, Facts facts) {
        return ask.key() == 0 ? facts.position() : ~Rendezvous.weight(ask.key(), facts.position());
    }

    /** Only what follows caches can crowd a server; the other policies say where requests go. */
    private static int mostInFlight(Candidates candidates, Ask ask, long nowMillis) {
        return ask.policy() == Policy.EXPECTED_FIRST_TOKEN
                ? Crowding.mostInFlight(candidates, nowMillis)
                : Integer.MAX_VALUE;
    }
}
